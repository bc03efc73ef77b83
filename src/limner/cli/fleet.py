"""The fleet that the settings ask for."""

from pathlib import Path

from limner.config import Config
from limner.contracts.fault import InvalidField
from limner.engines.registry import ENGINES
from limner.fleet.child import ChildSettings
from limner.fleet.embedded import EmbeddedFleet

_MEGABYTE = 1_000_000


def child_settings(config: Config, more_folders: tuple[Path, ...] = ()) -> ChildSettings:
    """Return what the settings say to the drawing process, with *more_folders* to look for models in.

    Raises InvalidField for an engine that there is not.
    """
    unknown = [name for name in config.engines if name not in ENGINES]
    if unknown or not config.engines:
        known = ", ".join(ENGINES)
        raise InvalidField(f"LIMNER_ENGINES may name {known}, not '{','.join(unknown)}'.", field="LIMNER_ENGINES")
    config.cache.mkdir(parents=True, exist_ok=True)
    return ChildSettings(
        worker="embedded",
        engines=config.engines,
        model_folders=more_folders + config.model_folders,
        cache_folder=config.cache,
        device=config.device,
        threads=config.threads,
        slots=config.slots,
        model_memory_bytes=None if config.model_memory_mb is None else config.model_memory_mb * _MEGABYTE,
        warm="starter" if "diffusion" in config.engines else None,
    )


def embedded_fleet(config: Config) -> EmbeddedFleet:
    """Return one worker in a child process of this one."""
    return EmbeddedFleet(child_settings(config), stall_s=config.stall_s)
