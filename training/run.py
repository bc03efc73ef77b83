"""A resumable training run: its state file, clock, log and moving average of weights."""

import copy
import json
import time
from pathlib import Path
from typing import Any

import torch
from torch import nn

from training.home import work_folder

SAVE_EVERY_S = 120


class Run:
    """Keeps named modules and optimisers on disk under one name, and knows when the time is over.

    A killed run loses at most `SAVE_EVERY_S` of work: `Run(...)` with the same name continues it.
    """

    def __init__(self, name: str, parts: dict[str, Any], minutes: float) -> None:
        self.name, self.parts = name, parts
        self.folder = work_folder() / name
        self.folder.mkdir(parents=True, exist_ok=True)
        self.step, self.seconds, self.pictures = 0, 0.0, 0
        self._limit_s = minutes * 60
        self._load()
        self._last_save = self._last_tick = time.monotonic()
        self._sums: dict[str, float] = {}
        self._count = 0

    @property
    def share(self) -> float:
        """How much of the run's whole time is spent, 0 to 1: the clock of every schedule."""
        return min(1.0, self.seconds / self._limit_s)

    @property
    def going(self) -> bool:
        """False once the minutes are spent, counted over all restarts of the run."""
        return self.seconds < self._limit_s

    def tick(self, pictures: int, losses: dict[str, float], log_every: int = 100) -> bool:
        """Count one step and saves when due; true when a log line was written."""
        now = time.monotonic()
        self.seconds += now - self._last_tick
        self._last_tick = now
        self.step += 1
        self.pictures += pictures
        for key, value in losses.items():
            self._sums[key] = self._sums.get(key, 0.0) + value
        self._count += 1
        if now - self._last_save > SAVE_EVERY_S:
            self.save()
        if self.step % log_every:
            return False
        means = {key: round(value / self._count, 5) for key, value in self._sums.items()}
        line = {"step": self.step, "minutes": round(self.seconds / 60, 2), "pictures": self.pictures, **means}
        with (self.folder / "log.jsonl").open("a") as log:
            log.write(json.dumps(line) + "\n")
        print(json.dumps(line), flush=True)
        self._sums, self._count = {}, 0
        return True

    def save(self) -> None:
        """Write the state, replacing the old one only when the new one is whole."""
        state = {key: part.state_dict() for key, part in self.parts.items()}
        state["clock"] = {"step": self.step, "seconds": self.seconds, "pictures": self.pictures}
        fresh = self.folder / "state.new"
        torch.save(state, fresh)
        fresh.replace(self._path)
        self._last_save = time.monotonic()

    @property
    def _path(self) -> Path:
        return self.folder / "state.pt"

    def _load(self) -> None:
        if not self._path.exists():
            return
        state = torch.load(self._path, map_location="cpu", weights_only=True)
        for key, part in self.parts.items():
            if key in state:
                part.load_state_dict(state[key])
        clock = state["clock"]
        self.step, self.seconds, self.pictures = clock["step"], clock["seconds"], clock["pictures"]
        print(f"{self.name}: continues at step {self.step}, minute {self.seconds / 60:.1f}", flush=True)


class Average:
    """An exponential moving average of a module's weights, warmed up so that early steps do not linger."""

    def __init__(self, module: nn.Module, decay: float) -> None:
        self.module = copy.deepcopy(module).eval().requires_grad_(requires_grad=False)
        self.decay = decay

    @torch.no_grad()
    def update(self, module: nn.Module, step: int) -> None:
        """Move towards the module's present weights."""
        keep = min(self.decay, (step + 1) / (step + 10))
        for mine, its in zip(self.module.parameters(), module.parameters(), strict=True):
            mine.lerp_(its, 1 - keep)
        for kept, present in zip(self.module.buffers(), module.buffers(), strict=True):
            kept.copy_(present)

    def state_dict(self) -> dict[str, Any]:
        """Return the averaged weights."""
        return dict(self.module.state_dict())

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Continues from saved averaged weights."""
        self.module.load_state_dict(state)
