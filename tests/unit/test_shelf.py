import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL.Image import Image

from limner.contracts.capability import Capabilities
from limner.contracts.fault import OutOfMemory
from limner.contracts.request import Request
from limner.engines.base import IsCancelled, Progress
from limner.fleet.shelf import Shelf, available_bytes


class Weights:
    size_bytes = 10

    def run(self, request: Request, progress: Progress, cancelled: IsCancelled) -> Iterator[Image]:
        raise NotImplementedError


class Library:
    """An engine whose models take ten bytes, and that counts how often it loads."""

    def __init__(self) -> None:
        self.loaded: list[str] = []
        self.may_go_on = threading.Event()
        self.capabilities = Capabilities(engine="library", version="1", models=())

    def estimate_bytes(self, model: str) -> int:
        return len(model) * 10

    def load(self, model: str) -> Weights:
        self.loaded.append(model)
        if model == "slow":
            self.may_go_on.wait(10)
        return Weights()


def test_a_model_is_loaded_once() -> None:
    shelf, library = Shelf(100), Library()
    for _ in range(3):
        with shelf.borrow(library, "a"):
            pass
    assert library.loaded == ["a"]


def test_the_least_recently_used_model_makes_room() -> None:
    shelf, library = Shelf(20), Library()
    for name in ("a", "b", "a", "c"):
        with shelf.borrow(library, name):
            pass
    assert [shelf.has(library, name) for name in ("a", "b", "c")] == [True, False, True]


def test_a_model_in_use_is_not_dropped() -> None:
    shelf, library = Shelf(10), Library()
    with shelf.borrow(library, "a"), shelf.borrow(library, "b"):
        assert shelf.has(library, "a")


def test_a_model_that_never_fits_is_refused_in_plain_words() -> None:
    with pytest.raises(OutOfMemory, match="'aaa' needs"), Shelf(20).borrow(Library(), "aaa"):
        pass


def test_two_threads_load_one_copy() -> None:
    shelf, library = Shelf(100), Library()
    together = threading.Barrier(4)

    def use() -> None:
        together.wait()
        with shelf.borrow(library, "a"):
            pass

    threads = [threading.Thread(target=use) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert library.loaded == ["a"]


def test_free_memory_is_read_from_the_system(tmp_path: Path) -> None:
    (tmp_path / "meminfo").write_text("MemTotal: 9 kB\nMemAvailable: 7 kB\n")
    assert available_bytes(tmp_path / "meminfo") == 7 * 1024
    assert available_bytes(tmp_path / "nothing") == 4_000_000_000


def test_a_slow_load_keeps_nobody_from_another_model() -> None:
    shelf, library = Shelf(1000), Library()

    def use_slow() -> None:
        with shelf.borrow(library, "slow"):
            pass

    slow = threading.Thread(target=use_slow)
    slow.start()
    while library.loaded != ["slow"]:
        pass
    with shelf.borrow(library, "quick"):
        assert library.loaded == ["slow", "quick"]
    library.may_go_on.set()
    slow.join()


def test_new_weights_under_an_old_name_are_loaded_anew() -> None:
    shelf, library = Shelf(100), Library()
    for version in ("1", "1", "2"):
        with shelf.borrow(library, "a", version):
            pass
    assert library.loaded == ["a", "a"]
