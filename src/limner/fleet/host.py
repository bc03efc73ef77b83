"""The part of a worker that is the same in every fleet: runs assignments and says what happens."""

import io
import logging
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from PIL.Image import Image

from limner.contracts.assignment import Assignment
from limner.contracts.capability import Capabilities, ModelCard
from limner.contracts.event import Cancelled, Failed, PictureMade, Preview, Progress, Started, Succeeded
from limner.contracts.fault import EngineFailed, Fault, InvalidField, ModelUnusable, OutOfMemory
from limner.contracts.request import AnyRequest
from limner.engines import base
from limner.engines.base import Engine, IsCancelled, Step
from limner.fleet.base import Deliver, Delivery
from limner.fleet.shelf import Shelf
from limner.pictures.encode import encode
from limner.pictures.facts import Facts

_LOOK_EVERY_S = 0.1
"""How soon a job that waits for its turn notices that it was cancelled."""
_SAY_EVERY_S = 0.1
"""Progress and previews at most ten times a second for each job."""

logger = logging.getLogger(__name__)


class EngineHost:
    """Loads models on first use and runs jobs on them, each in the thread that calls ``run``."""

    def __init__(self, engines: Iterable[Engine], deliver: Deliver, *, budget_bytes: int | None = None) -> None:
        self._engines = list(engines)
        self._deliver = deliver
        self._shelf = Shelf(budget_bytes)
        self._cancelled: set[str] = set()
        self._places = {
            id(engine): threading.Semaphore(engine.capabilities.max_concurrent) for engine in self._engines
        }

    def capabilities(self) -> tuple[Capabilities, ...]:
        """Return what the engines can do now."""
        return tuple(engine.capabilities for engine in self._engines)

    def card(self, model: str) -> ModelCard:
        """Return what *model* can do. Raises InvalidField, naming those that there are."""
        return self._find(model).card

    def warm(self, model: str) -> None:
        """Load *model* ahead of the first job that wants it; a model that cannot be loaded is no error yet."""
        try:
            found = self._find(model)
            with self._shelf.borrow(found.engine, model, found.card.hash):
                pass
        except Fault as fault:
            logger.warning("%s", fault)

    def cancel(self, job_id: str) -> None:
        """Stop a job at its next step, or before its first."""
        self._cancelled.add(job_id)

    def run(self, assignment: Assignment) -> None:
        """Do the job and say so: started, progress, pictures, and one last event whatever happens."""
        voice = _Voice(assignment, self._deliver)
        try:
            self._run(assignment, voice)
        except base.Cancelled:
            voice.say(Cancelled)
        except Fault as fault:
            voice.say(Failed, fault=fault.report())
        except MemoryError:
            voice.say(Failed, fault=OutOfMemory().report())
        except Exception as error:
            logger.exception("job %s failed", assignment.job_id)
            sentence = f"The engine could not make this picture ({type(error).__name__})."
            voice.say(Failed, fault=EngineFailed(sentence).report())
        finally:
            self._cancelled.discard(assignment.job_id)

    def _run(self, assignment: Assignment, voice: "_Voice") -> None:
        request = assignment.request
        cancelled = self._is_cancelled(assignment.job_id)
        if cancelled():
            raise base.Cancelled
        found = self._find(request.model)
        with self._turn(found.engine, cancelled):
            voice.say(Started)
            self._draw(request, found, voice, cancelled)

    def _draw(self, request: AnyRequest, found: "_Found", voice: "_Voice", cancelled: IsCancelled) -> None:
        wanted = (found.engine, request.model, found.card.hash)
        if not self._shelf.has(*wanted):
            voice.say(Progress, step=0, total=1, stage="loading")
        with self._shelf.borrow(*wanted) as model:
            begin = time.monotonic()
            for index, image in enumerate(model.run(request, voice.progress, cancelled)):
                facts = Facts(
                    request=request,
                    index=index,
                    seed=request.seeds()[index],
                    model_title=found.card.title,
                    model_hash=found.card.hash,
                    engine_version=found.version,
                )
                voice.picture(index, facts.seed, image, encode(image, "png", facts))
            voice.say(Succeeded, seconds=time.monotonic() - begin)

    @contextmanager
    def _turn(self, engine: Engine, cancelled: IsCancelled) -> Iterator[None]:
        """Wait for one of the engine's ``max_concurrent`` places; raise Cancelled if the owner will not wait."""
        places = self._places[id(engine)]
        while not places.acquire(timeout=_LOOK_EVERY_S):
            if cancelled():
                raise base.Cancelled
        try:
            yield
        finally:
            places.release()

    def _is_cancelled(self, job_id: str) -> IsCancelled:
        return lambda: job_id in self._cancelled

    def _find(self, model: str) -> "_Found":
        for engine in self._engines:
            capabilities = engine.capabilities
            for card in capabilities.models:
                if card.name == model:
                    return _Found(engine, f"{capabilities.engine} {capabilities.version}", card)
        broken = [each for engine in self._engines for each in engine.capabilities.broken if each.name == model]
        if broken:
            raise ModelUnusable(broken[0].reason, field="model")
        known = ", ".join(card.name for engine in self._engines for card in engine.capabilities.models) or "none"
        raise InvalidField(f"There is no model '{model:.60}' on this machine. There is: {known}.", field="model")


@dataclass(frozen=True)
class _Found:
    """A model, and the engine that has it."""

    engine: Engine
    version: str
    card: ModelCard


class _Voice:
    """Numbers what is said about one attempt, and keeps quiet where it would be too often."""

    def __init__(self, assignment: Assignment, deliver: Deliver) -> None:
        self._job_id = assignment.job_id
        self._attempt = assignment.attempt
        self._deliver = deliver
        self._seq = 0
        self._lock = threading.Lock()
        self._quiet_until = 0.0

    def say(self, event: type, payload: bytes = b"", **fields: object) -> None:
        with self._lock:
            said = event(job_id=self._job_id, attempt=self._attempt, seq=self._seq, **fields)
            self._seq += 1
            self._deliver(Delivery(said, payload))

    def picture(self, index: int, seed: int, image: Image, png: bytes) -> None:
        self.say(PictureMade, png, index=index, seed=seed, width=image.width, height=image.height)

    def progress(self, step: Step) -> None:
        now = time.monotonic()
        if now < self._quiet_until and step.step < step.total:
            return
        self._quiet_until = now + _SAY_EVERY_S
        self.say(Progress, step=step.step, total=step.total, stage=step.stage)
        if step.preview is not None and step.step < step.total:
            self.say(Preview, _webp(step.preview()), index=step.index)


def _webp(image: Image) -> bytes:
    file = io.BytesIO()
    image.save(file, "WEBP", quality=70, method=0)
    return file.getvalue()
