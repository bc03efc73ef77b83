"""The fleet inside ``limner serve``: one worker in one child process on a pipe.

A segfault, an out-of-memory kill or a hang in an engine ends the child and never touches the pages. The child
is started again, and the jobs it held are named in a WorkerGone.
"""

import itertools
import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from multiprocessing.connection import Connection

from limner.contracts.assignment import Assignment, Cancel, Order
from limner.contracts.event import FINAL, JobEvent, Progress, Started, WorkerAlive, WorkerGone, WorkerReady
from limner.fleet.base import Deliver, Delivery, Worker
from limner.fleet.child import ChildSettings
from limner.fleet.wire import receive_delivery, send_order

STALL_S = 300.0
"""A job that says nothing for so long hangs: one step of a large model on a small CPU takes under a minute."""

SILENT_S = 60.0
"""A child that is not heard at all for so long is frozen; importing PyTorch on a busy machine takes under 20 s."""
LOADING_FACTOR = 10
"""Loading a model may be silent so many times longer than drawing with it."""
CANCEL_S = 30.0
"""A job that was cancelled has so long to look up from its step."""

_POLL_S = 0.5
_RESTART_AFTER_S = (0.0, 0.5, 2.0, 5.0, 15.0)
"""Wait before the child is started again, by how often it died without becoming ready in between."""
_STOP_S = 5.0

logger = logging.getLogger(__name__)


class EmbeddedFleet:
    """One worker, started again whenever it dies."""

    def __init__(self, settings: ChildSettings, *, stall_s: float = STALL_S, silent_s: float = SILENT_S) -> None:
        self._settings = settings
        self._stall_s = stall_s
        self._silent_s = silent_s
        self._deliver: Deliver = lambda _: None
        self._lock = threading.Lock()
        self._child: _Child | None = None
        self._stopping = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name="embedded-fleet", daemon=True)

    def start(self, deliver: Deliver) -> None:
        """Start the child, and from now on call *deliver* with what it says."""
        self._deliver = deliver
        self._keeper.start()

    def stop(self) -> None:
        """End the child at once; its jobs are not finished, and the database knows."""
        self._stopping.set()
        with self._lock:
            if self._child:
                self._child.kill()
        if self._keeper.is_alive():
            self._keeper.join(_STOP_S)

    def workers(self) -> tuple[Worker, ...]:
        """Return the child, if it is ready."""
        child = self._child
        return (child.worker,) if child and child.worker else ()

    def holding(self) -> Mapping[str, str]:
        """Return the jobs of the child that lives now."""
        child = self._child
        return dict.fromkeys(child.jobs, child.name) if child else {}

    def send(self, worker: str, assignment: Assignment) -> None:
        """Write the assignment to the pipe; see ``Fleet.send``."""
        with self._lock:
            child = self._child
            if child and child.name == worker:
                child.jobs[assignment.job_id] = _Held(assignment)
                child.tell(assignment)
                return
        self._deliver(Delivery(WorkerGone(worker=worker, reason="it is gone", unstarted=(assignment.job_id,))))

    def cancel(self, job_id: str) -> None:
        """Pass the wish on, if the child has that job."""
        with self._lock:
            held = self._child.jobs.get(job_id) if self._child else None
            if self._child and held and held.cancelled_at is None:
                held.cancelled_at = time.monotonic()
                self._child.tell(Cancel(job_id=job_id))

    def _keep(self) -> None:
        deaths = 0
        for number in itertools.count(1):
            self._stopping.wait(_RESTART_AFTER_S[min(deaths, len(_RESTART_AFTER_S) - 1)])
            if self._stopping.is_set():
                return
            child = _Child(self._settings, f"embedded-{os.getpid()}-{number}")
            with self._lock:
                self._child = child
            reason = self._listen(child)
            deaths = 0 if child.worker else deaths + 1
            with self._lock:
                self._child = None
            if not self._stopping.is_set():
                logger.warning("the drawing process ended: %s; starting it again", reason)
                self._deliver(Delivery(child.obituary(reason)))

    def _listen(self, child: "_Child") -> str:
        """Deliver what the child says until it is dead; return why it died."""
        hung = ""
        while True:
            try:
                if not hung:
                    hung = child.why_hung(self._stall_s, self._silent_s)
                    if hung:
                        child.kill()
                if not child.pipe.poll(_POLL_S):
                    continue
                delivery = receive_delivery(child.pipe)
            except (EOFError, OSError):
                break
            self._take(child, delivery)
        code = child.wait()
        return hung or (f"killed by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}")

    def _take(self, child: "_Child", delivery: Delivery) -> None:
        event = delivery.event
        child.heard_at = time.monotonic()
        if isinstance(event, WorkerAlive):
            return
        if isinstance(event, WorkerReady):
            child.worker = Worker(event.worker, event.slots, event.capabilities)
        elif not isinstance(event, WorkerGone):
            child.heard(event)
        self._deliver(delivery)
        if isinstance(event, FINAL):
            child.jobs.pop(event.job_id, None)


class _Held:
    """A job that the child has."""

    def __init__(self, assignment: Assignment) -> None:
        self.assignment = assignment
        self.started = False
        self.loading = False
        self.heard_at = time.monotonic()
        self.cancelled_at: float | None = None

    def hangs(self, stall_s: float) -> bool:
        """Return whether the job has begun and been silent for longer than it may."""
        now = time.monotonic()
        patience_s = stall_s * LOADING_FACTOR if self.loading else stall_s
        silent = now - self.heard_at > patience_s
        ignores = self.cancelled_at is not None and now - self.cancelled_at > min(CANCEL_S, stall_s)
        return self.started and (silent or ignores)


class _Child:
    """One life of the child process."""

    def __init__(self, settings: ChildSettings, name: str) -> None:
        self.name = name
        self.worker: Worker | None = None
        self.jobs: dict[str, _Held] = {}
        self.heard_at = time.monotonic()
        self._guilty: str | None = None
        ours, theirs = socket.socketpair()
        told = settings.model_copy(update={"worker": name, "pipe": theirs.fileno()})
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            # -P: no module is taken from the folder somebody happens to stand in
            [sys.executable, "-P", "-m", "limner.fleet.child", told.model_dump_json()],
            pass_fds=[theirs.fileno()],
            stdin=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl+C is for the parent
        )
        theirs.close()
        self.pipe = Connection(ours.detach())

    def tell(self, order: Order) -> None:
        try:
            send_order(self.pipe, order)
        except OSError:
            logger.debug("the child is gone; its obituary will say so")

    def heard(self, event: JobEvent) -> None:
        held = self.jobs.get(event.job_id)
        if held:
            held.heard_at = time.monotonic()
            held.started |= isinstance(event, Started)
            held.loading = isinstance(event, Progress) and event.stage == "loading"

    def why_hung(self, stall_s: float, silent_s: float) -> str:
        """Return why this child has to be stopped, or nothing; remember the job to blame, if it is a job."""
        self._guilty = next((id_ for id_, held in self.jobs.items() if held.hangs(stall_s)), None)
        if self._guilty:
            return "it said nothing for too long and was stopped"
        if time.monotonic() - self.heard_at > silent_s:
            return f"it was frozen for {silent_s:g} s and was stopped"
        return ""

    def obituary(self, reason: str) -> WorkerGone:
        """Say who is gone. A job that hung is the one to blame; otherwise all that had been started."""
        guilty = [
            id_ for id_, held in self.jobs.items() if (id_ == self._guilty if self._guilty else held.started)
        ]
        others = [id_ for id_ in self.jobs if id_ not in guilty]
        return WorkerGone(worker=self.name, reason=reason, started=tuple(guilty), unstarted=tuple(others))

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int:
        self.pipe.close()
        try:
            return self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            return self._process.wait()
