"""The promise every engine keeps.

An ``Engine`` knows its models and loads them; a loaded ``Model`` draws. Both are blocking and are called from
several threads at once; whoever batches does it inside. Heavy libraries are imported in ``load``, never when
the engine is built: reading capabilities has to take milliseconds.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, Protocol

from PIL.Image import Image

from limner.contracts.capability import Capabilities
from limner.contracts.request import Request


class Cancelled(Exception):  # noqa: N818 - not an error: the owner asked for it
    """Raised out of ``Model.run`` at the first step after ``cancelled()`` said yes."""


@dataclass(frozen=True)
class Step:
    """So many of all steps are done; *preview* draws picture *index* as it stands, at any small size."""

    step: int
    total: int
    index: int = 0
    preview: Callable[[], Image] | None = None
    stage: Literal["loading", "drawing"] = "drawing"


Progress = Callable[[Step], None]
IsCancelled = Callable[[], bool]


class Model(Protocol):
    """A model in memory, shared by all jobs that use it."""

    @property
    def size_bytes(self) -> int:
        """Memory that goes back when the model is dropped."""

    def run(self, request: Request, progress: Progress, cancelled: IsCancelled) -> Iterator[Image]:
        """Yield the pictures of a complete *request* in the order of its seeds, each as soon as it is ready.

        Calls *progress* and looks at *cancelled* after each step. Raises Cancelled, or a Fault that says what
        is wrong with the request; anything else counts as a failure of the engine.
        """


class Engine(Protocol):
    """Makes pictures with the models it knows."""

    @property
    def capabilities(self) -> Capabilities:
        """What can be asked of this engine, read afresh: a model added to the folder appears."""

    def estimate_bytes(self, model: str) -> int:
        """Return the memory that loading *model* will take, from the sizes of its files."""

    def load(self, model: str) -> Model:
        """Read *model* into memory. Raises ModelUnusable or OutOfMemory."""


@dataclass(frozen=True)
class EngineSettings:
    """What an engine is told about the machine it runs on."""

    model_folders: tuple[Path, ...] = ()
    cache_folder: Path = field(default_factory=lambda: Path(os.devnull))
    device: str = "auto"
    threads: int | None = None
    """Threads for arithmetic; None means as many as there are free cores."""
