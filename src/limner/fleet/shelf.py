"""Loaded models, the most recently used kept within a memory budget."""

import gc
import threading
from collections import Counter, OrderedDict, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from limner.contracts.fault import OutOfMemory
from limner.engines.base import Engine, Model

Key = tuple[str, str, str]
"""Engine, model, version."""

_SHARE_OF_MEMORY = 0.6
_MEGABYTE = 1_000_000


class Shelf:
    """Lends loaded models: one copy of each, shared by everyone who borrows it at the time."""

    def __init__(self, budget_bytes: int | None = None) -> None:
        self.budget_bytes = budget_bytes or int(_SHARE_OF_MEMORY * available_bytes())
        self._models: OrderedDict[Key, Model] = OrderedDict()
        self._borrowers: Counter[Key] = Counter()
        self._expected: dict[Key, int] = {}
        self._loading: defaultdict[Key, threading.Lock] = defaultdict(threading.Lock)
        self._lock = threading.Lock()

    def has(self, engine: Engine, name: str, version: str = "") -> bool:
        """Return whether the model is in memory."""
        return _key(engine, name, version) in self._models

    @contextmanager
    def borrow(self, engine: Engine, name: str, version: str = "") -> Iterator[Model]:
        """Lend the model *name*, loaded first if need be; *version* tells new weights under an old name.

        Whoever wants a model that is being loaded waits for it, and for no other. Raises OutOfMemory where it does
        not fit even alone, and whatever ``engine.load`` raises.
        """
        key = _key(engine, name, version)
        with self._lock:
            loading = self._loading[key]
        with loading:
            model = self._take(key) or self._load(key, engine, name)
        try:
            yield model
        finally:
            with self._lock:
                self._borrowers[key] -= 1

    def _take(self, key: Key) -> Model | None:
        """Return the model, counted as borrowed, if it is in memory."""
        with self._lock:
            model = self._models.get(key)
            if model is not None:
                self._models.move_to_end(key)
                self._borrowers[key] += 1
            return model

    def _load(self, key: Key, engine: Engine, name: str) -> Model:
        needed = engine.estimate_bytes(name)
        if needed > self.budget_bytes:
            raise OutOfMemory(
                f"'{name}' needs about {needed // _MEGABYTE} MB of memory and {self.budget_bytes // _MEGABYTE} MB "
                "are set aside for models; LIMNER_MODEL_MEMORY_MB sets that."
            )
        with self._lock:
            self._expected[key] = needed
            self._make_room()
        try:
            model = engine.load(name)
            with self._lock:
                self._models[key] = model
                self._borrowers[key] += 1
            return model
        finally:
            with self._lock:
                del self._expected[key]

    def _make_room(self) -> None:
        """Drop what was used longest ago until all fits; models in use stay, whatever the budget."""
        for key in list(self._models):
            held = sum(model.size_bytes for model in self._models.values()) + sum(self._expected.values())
            if held <= self.budget_bytes:
                return
            if not self._borrowers[key]:
                del self._models[key]
                gc.collect()


def _key(engine: Engine, name: str, version: str) -> Key:
    return type(engine).__name__, name, version


def available_bytes(meminfo: Path = Path("/proc/meminfo")) -> int:
    """Return the memory that can be taken without swapping; 4 GB where the system does not tell."""
    if meminfo.exists():
        for line in meminfo.read_text().splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1024
    return 4_000 * _MEGABYTE
