"""Loaded models, the most recently used kept within a memory budget."""

import gc
import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner.contracts.fault import OutOfMemory
from limner.engines.base import Engine, Model

_SHARE_OF_MEMORY = 0.6
_MEGABYTE = 1_000_000


class Shelf:
    """Lends loaded models: one copy of each, shared by everyone who borrows it at the time."""

    def __init__(self, budget_bytes: int | None = None) -> None:
        self.budget_bytes = budget_bytes or int(_SHARE_OF_MEMORY * available_bytes())
        self._models: OrderedDict[tuple[str, str], Model] = OrderedDict()
        self._borrowers: dict[tuple[str, str], int] = {}
        self._lock = threading.RLock()

    def has(self, engine: Engine, name: str) -> bool:
        """Return whether the model is in memory."""
        return _key(engine, name) in self._models

    @contextmanager
    def borrow(self, engine: Engine, name: str) -> Iterator[Model]:
        """Lend the model *name*, loaded first if need be; others wait while one thread loads.

        Raises OutOfMemory where it does not fit even alone, and whatever ``engine.load`` raises.
        """
        key = _key(engine, name)
        with self._lock:
            if key not in self._models:
                self._make_room(engine.estimate_bytes(name), name)
                self._models[key] = engine.load(name)
            self._models.move_to_end(key)
            model = self._models[key]
            self._borrowers[key] = self._borrowers.get(key, 0) + 1
        try:
            yield model
        finally:
            with self._lock:
                self._borrowers[key] -= 1

    def _make_room(self, needed: int, name: str) -> None:
        if needed > self.budget_bytes:
            raise OutOfMemory(
                f"'{name}' needs about {needed // _MEGABYTE} MB of memory and {self.budget_bytes // _MEGABYTE} MB "
                "are set aside for models; LIMNER_MODEL_MEMORY_MB sets that."
            )
        for key in list(self._models):
            if needed + sum(model.size_bytes for model in self._models.values()) <= self.budget_bytes:
                return
            if not self._borrowers.get(key):
                del self._models[key]
                gc.collect()


def _key(engine: Engine, name: str) -> tuple[str, str]:
    return type(engine).__name__, name


def available_bytes(meminfo: Path = Path("/proc/meminfo")) -> int:
    """Return the memory that can be taken without swapping; 4 GB where the system does not tell."""
    if meminfo.exists():
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 4_000 * _MEGABYTE
