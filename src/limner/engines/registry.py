"""The engines by name; each is imported only when it is asked for."""

from collections.abc import Iterable
from importlib import import_module
from typing import cast

from limner.engines.base import Engine, EngineSettings

ENGINES = {
    "diffusion": "limner.engines.diffusion.engine:DiffusionEngine",
    "testcard": "limner.engines.testcard:TestcardEngine",
}


def build(names: Iterable[str], settings: EngineSettings) -> list[Engine]:
    """Return one engine for each of *names*, which are in ``ENGINES``, in that order."""
    return [_build(name, settings) for name in names]


def _build(name: str, settings: EngineSettings) -> Engine:
    module, _, factory = ENGINES[name].partition(":")
    return cast("Engine", getattr(import_module(module), factory)(settings))
