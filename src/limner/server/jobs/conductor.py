"""The thread that runs the queue: it applies what workers say, and sends the next job to a free worker.

Each turn brings the database and the fleet into step. A job that the database holds for sent and no worker has
goes back into line, which is also how jobs survive a restart of the server; a job that a worker has and the
database does not want is cancelled there.
"""

import logging
import threading
import time
from queue import Empty, SimpleQueue

from django.db import OperationalError, close_old_connections, connection

from limner.contracts.assignment import Assignment
from limner.contracts.event import FINAL, OF_WORKER, WorkerGone, WorkerReady
from limner.contracts.fault import EngineFailed, Fault
from limner.contracts.request import parse_request
from limner.fleet.base import Delivery, Fleet, Worker
from limner.server.gallery import storage
from limner.server.jobs import bell, collector, queries
from limner.server.jobs.models import ACTIVE, Job, State
from limner.server.jobs.services import tell

TICK_S = 1.0
"""Without a ring the conductor looks by itself so often."""

TOLD_OF_WAITING = 50
"""So many of those next in line are told at every turn how long it will be."""

logger = logging.getLogger(__name__)


class Conductor:
    """Owns the fleet and one thread."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._inbox: SimpleQueue[Delivery | None] = SimpleQueue()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="conductor", daemon=True)
        self._ready = threading.Event()
        self._unheard: set[tuple[str, int] | None] = set()

    def start(self) -> None:
        """Start the fleet and the thread."""
        bell.answer_with(lambda: self._inbox.put(None))
        self._fleet.start(self._inbox.put)
        self._thread.start()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until a worker has said what it can do; return whether one has."""
        return self._ready.wait(timeout_s)

    def stop(self) -> None:
        """Stop the thread and the fleet. Jobs that run are given back at the next start."""
        bell.answer_with(None)
        self._stopping.set()
        self._inbox.put(None)
        if self._thread.is_alive():
            self._thread.join()
        self._fleet.stop()

    def _run(self) -> None:
        looked_at = 0.0
        while not self._stopping.is_set():
            try:
                due = self._listen(looked_at + TICK_S - time.monotonic())
                if due:
                    looked_at = time.monotonic()
                    storage.keep_reserve()
                    self._bring_into_step()
                    self._dispatch()
            except Exception as error:  # noqa: BLE001 - this thread is the queue: it may stumble, never fall
                self._stumble(error)
        connection.close()

    def _stumble(self, error: Exception) -> None:
        """Go on a little later: whatever was not written down is put right by the next turn that can write."""
        if isinstance(error, OperationalError):
            logger.error("the database cannot be used: %s", error)
        else:
            logger.error("the conductor stumbled", exc_info=error)
        self._stopping.wait(TICK_S)
        close_old_connections()

    def _listen(self, patience_s: float) -> bool:
        """Apply everything that has arrived; return whether there may be something to dispatch."""
        due = patience_s <= 0
        try:
            delivery = self._inbox.get(timeout=max(0.0, patience_s))
            while True:
                due |= delivery is None or isinstance(delivery.event, (*FINAL, WorkerGone, WorkerReady))
                if delivery is not None:
                    self._apply(delivery)
                delivery = self._inbox.get_nowait()
        except Empty:
            return due

    def _apply(self, delivery: Delivery) -> None:
        """Write down what was said.

        Once that fails, the rest of the attempt is not heard: the job goes back into line and runs again.
        """
        event = delivery.event
        attempt = None if isinstance(event, OF_WORKER) else (event.job_id, event.attempt)
        try:
            if attempt not in self._unheard:
                collector.apply(delivery)
        except Exception:
            logger.exception("what a worker said could not be written down")
            storage.give_up_reserve()  # the reason may be a full disk; if not, it is back in a second
            if attempt is not None:
                self._unheard.add(attempt)
        if isinstance(event, FINAL):
            self._unheard.discard(attempt)
        if isinstance(event, WorkerReady):
            self._ready.set()

    def _bring_into_step(self) -> None:
        held = self._fleet.holding()
        self._listen(0)  # whatever left ``held`` before it was read has been said by now
        sent = {str(job.public_id): job for job in Job.objects.filter(state__in=ACTIVE).exclude(worker="")}
        for id_, job in sent.items():
            if held.get(id_) != job.worker:
                collector.give_back(job)
            elif job.cancel_requested:
                self._fleet.cancel(id_)
        for id_ in held.keys() - sent.keys():
            self._fleet.cancel(id_)

    def _dispatch(self) -> None:
        """Fill the free slots, then tell those that wait on how their place and time have changed."""
        for worker in self._fleet.workers():
            self._fill(worker)
        tell(*queries.in_line()[:TOLD_OF_WAITING])

    def _fill(self, worker: Worker) -> None:
        """Send jobs to *worker* until its slots are full."""
        free = worker.slots - Job.objects.filter(worker=worker.name, state__in=ACTIVE).count()
        doable = (job for job in queries.in_line() if worker.card(job.model) is not None)
        while free > 0 and (job := next(doable, None)) is not None:
            free -= self._send(worker, job)

    def _send(self, worker: Worker, job: Job) -> bool:
        waiting = Job.objects.filter(pk=job.pk, state=State.QUEUED, worker="")
        if not waiting.update(worker=worker.name, attempt=job.attempt + 1):
            return False
        job.refresh_from_db()
        try:
            request = parse_request(job.request)
        except Fault as fault:  # written by another version of Limner
            collector.fail(job, EngineFailed(f"This request cannot be read any more: {fault.message}").report())
            return False
        self._fleet.send(worker.name, Assignment(job_id=str(job.public_id), attempt=job.attempt, request=request))
        return True
