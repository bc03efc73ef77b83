"""What lives in memory only: progress of running jobs, and whoever is watching.

One ``Hub`` in each web process. The conductor's thread publishes; subscribers live in event loops and are woken
with ``call_soon_threadsafe``. The database is the truth: a message lost here is made good by the next snapshot.
"""

import asyncio
import threading
import time
import uuid
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Live:
    """How far a running job is."""

    step: int = 0
    total: int = 1
    stage: str = "drawing"
    first_step: int = 0
    first_at: float = field(default_factory=time.monotonic)

    def seconds_left(self) -> float | None:
        """Return the time for the steps to come at the speed of those done, or None before there is a speed."""
        done = self.step - self.first_step
        if done < 1 or self.stage == "loading":
            return None
        return (time.monotonic() - self.first_at) / done * (self.total - self.step)


class Subscription:
    """The messages for one owner, the latest of each subject kept while the reader is busy.

    Workers speak of a job's progress at most ten times a second; nothing here slows down what matters.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._pending: dict[str, dict[str, Any]] = {}
        self._wake = asyncio.Event()

    def put(self, subject: str, message: dict[str, Any]) -> None:
        """Hand over a message, from any thread."""
        try:
            self._loop.call_soon_threadsafe(self._put, subject, message)
        except RuntimeError:  # the loop is closed: the server is going down
            return

    def _put(self, subject: str, message: dict[str, Any]) -> None:
        self._pending.pop(subject, None)
        self._pending[subject] = message
        self._wake.set()

    async def messages(self, idle_s: float | None = None) -> AsyncIterator[dict[str, Any] | None]:
        """Yield messages as they come; yield None when nothing came for *idle_s* seconds."""
        while True:
            try:
                await asyncio.wait_for(self._wake.wait(), idle_s)
            except TimeoutError:
                yield None
                continue
            self._wake.clear()
            pending, self._pending = self._pending, {}
            for message in pending.values():
                yield message


class Hub:
    """Progress by job, subscribers by owner."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._live: dict[uuid.UUID, Live] = {}
        self._subscribers: dict[int, set[Subscription]] = {}

    def progress(self, job_id: uuid.UUID, step: int, total: int, stage: str) -> None:
        """Note how far a job is."""
        live = self._live.get(job_id)
        if live is None or live.stage != stage:
            live = self._live[job_id] = Live(first_step=step)
        live.step, live.total, live.stage = step, total, stage

    def live(self, job_id: uuid.UUID) -> Live | None:
        """Return how far a job is, or None where nothing is known."""
        return self._live.get(job_id)

    def forget(self, job_id: uuid.UUID) -> None:
        """Drop what is known of a job that no longer runs."""
        self._live.pop(job_id, None)

    def subscribe(self, owner_id: int) -> Subscription:
        """Return a new subscription to what happens to the owner's jobs. Call inside an event loop."""
        subscription = Subscription()
        with self._lock:
            self._subscribers.setdefault(owner_id, set()).add(subscription)
        return subscription

    def unsubscribe(self, owner_id: int, subscription: Subscription) -> None:
        """End a subscription."""
        with self._lock:
            self._subscribers.get(owner_id, set()).discard(subscription)

    def watched(self, owner_id: int) -> bool:
        """Return whether anybody watches this owner's jobs."""
        return bool(self._subscribers.get(owner_id))

    def publish(self, owner_id: int, subject: str, message: dict[str, Any]) -> None:
        """Send a message to all who watch; an unread one about the same *subject* is replaced."""
        with self._lock:
            subscribers = tuple(self._subscribers.get(owner_id, ()))
        for subscription in subscribers:
            subscription.put(subject, message)


hub = Hub()
