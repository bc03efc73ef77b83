"""The port between the queue and the workers."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

from limner.contracts.assignment import Assignment
from limner.contracts.capability import BrokenModel, Capabilities, ModelCard
from limner.contracts.event import FleetEvent


@dataclass(frozen=True)
class Delivery:
    """An event and the bytes that come with it: a picture's PNG, a preview's WebP."""

    event: FleetEvent
    payload: bytes = b""


Deliver = Callable[[Delivery], None]


@dataclass(frozen=True)
class Worker:
    """A worker that is up."""

    name: str
    slots: int
    capabilities: tuple[Capabilities, ...] = ()

    def card(self, model: str) -> ModelCard | None:
        """Return the card of *model*, or None where this worker does not have it."""
        return next((card for engine in self.capabilities for card in engine.models if card.name == model), None)

    @property
    def broken(self) -> tuple[BrokenModel, ...]:
        """The models that are there and cannot be used."""
        return tuple(model for engine in self.capabilities for model in engine.broken)


class Fleet(Protocol):
    """Takes assignments to workers and brings back what they say.

    Whoever uses it may rely on this: events of one attempt arrive in order; a job that was sent is in
    ``holding`` until its last event was delivered; and a job leaves ``holding`` only after that event, or the
    WorkerGone that names it, was delivered.
    """

    def start(self, deliver: Deliver) -> None:
        """Begin to call *deliver* for each event, from any thread, one call at a time."""

    def stop(self) -> None:
        """Stop the workers this fleet owns, and wait for that."""

    def workers(self) -> tuple[Worker, ...]:
        """Return the workers that are up now."""

    def holding(self) -> Mapping[str, str]:
        """Return the worker that has each job which was sent and not finished."""

    def send(self, worker: str, assignment: Assignment) -> None:
        """Give a job to a worker. If the worker is gone meanwhile, a WorkerGone names the job as unstarted."""

    def cancel(self, job_id: str) -> None:
        """Ask for a job to stop at its next step. A job that nobody holds is no error."""
