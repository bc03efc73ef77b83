"""The in-memory twin of the fleet: the same promises, kept by threads of this very process."""

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

from limner.contracts.assignment import Assignment
from limner.contracts.event import FINAL, Started, WorkerGone, WorkerReady
from limner.engines.base import EngineSettings
from limner.engines.testcard import TestcardEngine
from limner.fleet.base import Deliver, Delivery, Worker
from limner.fleet.host import EngineHost


class InMemoryFleet:
    """One worker that draws test cards; ``kill`` ends it as a crash would, and another comes up."""

    def __init__(self, slots: int = 1) -> None:
        self._slots = slots
        self._lock = threading.RLock()
        self._deliver: Deliver = lambda _: None
        self._number = 0
        self._worker: Worker | None = None
        self._held: dict[str, bool] = {}
        self._pool = ThreadPoolExecutor(max_workers=64)

    def start(self, deliver: Deliver) -> None:
        """Bring the first worker up."""
        self._deliver = deliver
        self._come_up()

    def stop(self) -> None:
        """Tell all jobs to stop and wait for them."""
        with self._lock:
            self._worker = None
            for job_id in self._held:
                self._host.cancel(job_id)
        self._pool.shutdown(wait=True)

    def workers(self) -> tuple[Worker, ...]:
        """Return the one worker."""
        return (self._worker,) if self._worker else ()

    def holding(self) -> Mapping[str, str]:
        """Return the jobs of the worker that is up."""
        with self._lock:
            return dict.fromkeys(self._held, self._worker.name) if self._worker else {}

    def send(self, worker: str, assignment: Assignment) -> None:
        """Run the assignment in a thread."""
        with self._lock:
            if self._worker is None or self._worker.name != worker:
                gone = WorkerGone(worker=worker, reason="it is gone", unstarted=(assignment.job_id,))
                self._deliver(Delivery(gone))
                return
            self._held[assignment.job_id] = False
            self._pool.submit(self._host.run, assignment)

    def cancel(self, job_id: str) -> None:
        """Stop the job at its next step."""
        with self._lock:
            if job_id in self._held:
                self._host.cancel(job_id)

    def kill(self) -> None:
        """End the worker at once: nothing more is heard of it, and another comes up."""
        with self._lock:
            worker, held = self._worker, self._held
            if worker is None:
                return
            for job_id in held:
                self._host.cancel(job_id)
            started = tuple(job_id for job_id, begun in held.items() if begun)
            unstarted = tuple(job_id for job_id, begun in held.items() if not begun)
            self._held = {}
            self._deliver(
                Delivery(WorkerGone(worker=worker.name, reason="killed", started=started, unstarted=unstarted))
            )
            self._come_up()

    def _come_up(self) -> None:
        self._number += 1
        name = f"memory-{self._number}"

        def hear(delivery: Delivery) -> None:
            self._take(name, delivery)

        self._host = EngineHost([TestcardEngine(EngineSettings())], hear)
        capabilities = self._host.capabilities()
        self._worker = Worker(name, self._slots, capabilities)
        self._deliver(Delivery(WorkerReady(worker=name, slots=self._slots, capabilities=capabilities)))

    def _take(self, name: str, delivery: Delivery) -> None:
        event = delivery.event
        with self._lock:
            if self._worker is None or self._worker.name != name or isinstance(event, (WorkerReady, WorkerGone)):
                return
            if isinstance(event, Started):
                self._held[event.job_id] = True
            self._deliver(delivery)
            if isinstance(event, FINAL):
                self._held.pop(event.job_id, None)
