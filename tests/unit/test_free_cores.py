import time
from pathlib import Path

import pytest

from limner.engines import free_cores
from limner.engines.free_cores import FreeCores


def _stat(path: Path, busy_ticks: int) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(f"cpu {busy_ticks} 0 0 0 0 0 0 0 0 0\n")
    fresh.rename(path)


def test_every_core_is_free_where_the_system_does_not_tell(tmp_path: Path) -> None:
    cores = FreeCores(tmp_path / "nothing")
    assert cores.count() == cores.cores


def test_a_machine_that_is_busy_leaves_one_core(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stat = tmp_path / "stat"
    _stat(stat, 0)
    monkeypatch.setattr(free_cores, "_SAMPLE_EVERY_S", 0.01)
    cores = FreeCores(stat)
    busy = 0
    deadline = time.monotonic() + 30
    while cores.count() > 1:
        assert time.monotonic() < deadline
        busy += 100 * cores.cores
        _stat(stat, busy)
    assert cores.count() == 1
