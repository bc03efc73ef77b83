"""The drawings on disk: one memory-mapped array, rendered once. `python -m training.drawings --count 48000`."""

import argparse
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from training.home import PICTURE, work_folder
from training.illustrator import CYCLE, draw, scene_at
from training.tally import Tally

Pixels = npt.NDArray[np.uint8]
BLOCK = 500


def drawings_path() -> Path:
    """Return the file of all drawings."""
    return work_folder() / f"drawings-{PICTURE}.npy"


def open_drawings() -> Pixels:
    """Return the rendered drawings, read-only, as (n, height, width, 3) bytes; drawing i is of `scene_at(i)`."""
    pixels: Pixels = np.load(drawings_path(), mmap_mode="r")
    return pixels[: rendered_count()]


def rendered_count() -> int:
    """How many drawings are finished, counted from index 0."""
    return _tally().read()


def _tally() -> Tally:
    return Tally(work_folder() / "drawings-count.txt")


def render(start: int, count: int) -> Pixels:
    """`count` drawings from index `start` on."""
    return np.stack([np.asarray(draw(scene_at(index), PICTURE)) for index in range(start, start + count)])


def render_all(count: int, workers: int) -> None:
    """Render the missing drawings of the first `count`; an interrupted run continues where it was."""
    path, tally = drawings_path(), _tally()
    shape = (count, PICTURE, PICTURE, 3)
    fresh = not path.exists() or np.load(path, mmap_mode="r").shape != shape
    target: Any = np.lib.format.open_memmap(path, "w+" if fresh else "r+", np.uint8, shape)
    done = 0 if fresh else rendered_count()
    tally.write(done)
    starts = range(done, count, BLOCK)
    began = time.monotonic()
    with ProcessPoolExecutor(workers) as pool:
        blocks = pool.map(render, starts, [min(BLOCK, count - start) for start in starts])
        for start, block in zip(starts, blocks, strict=True):
            target[start : start + len(block)] = block
            tally.write(start + len(block))
            rate = (start + len(block) - done) / (time.monotonic() - began)
            print(f"{start + len(block)} of {count} drawings, {rate:.0f} a second", flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=2 * CYCLE)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    render_all(options.count, options.workers)


if __name__ == "__main__":
    main()
