"""Text to image over diffusers: models are folders, each loaded into diffusers' own pipeline."""

import threading
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from limner.contracts.capability import Capabilities
from limner.contracts.fault import ModelUnusable
from limner.engines.base import EngineSettings
from limner.engines.diffusion import folder
from limner.engines.free_cores import FreeCores

if TYPE_CHECKING:
    from limner.engines.diffusion.model import DiffusionModel

VERSION = "1"
"""Raised whenever the same request would give other pixels."""


class DiffusionEngine:
    """Draws with every model in the settings' folders."""

    def __init__(self, settings: EngineSettings) -> None:
        self._settings = settings
        self._loading = threading.Lock()
        self._hashes = folder.HashCache(settings.cache_folder / "hashes.json")

    @property
    def capabilities(self) -> Capabilities:
        """The models found now. One job draws at a time: on a CPU two would only slow each other down."""
        cards, broken = folder.read_all(self._settings.model_folders, self._hashes)
        return Capabilities(
            engine="diffusion", version=VERSION, models=tuple(cards), broken=tuple(broken), max_concurrent=1
        )

    def estimate_bytes(self, model: str) -> int:
        """Return the size of the model's weights in float32."""
        return folder.weight_bytes(self._find(model))

    def load(self, model: str) -> "DiffusionModel":
        """Read *model* into memory. Raises ModelUnusable."""
        with self._loading:  # diffusers imports itself piece by piece, and two threads at it get halves
            from limner.engines.diffusion.model import DiffusionModel  # noqa: PLC0415 - imports torch and diffusers

            return DiffusionModel(self._find(model), self._settings, self._free_cores)

    @cached_property
    def _free_cores(self) -> FreeCores:
        return FreeCores()

    def _find(self, model: str) -> Path:
        for path in folder.find(self._settings.model_folders):
            if folder.model_name(path) == model:
                return path
        raise ModelUnusable(f"There is no model '{model}' on this machine.", field="model")
