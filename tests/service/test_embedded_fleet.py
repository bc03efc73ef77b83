"""What only a real child process can do: crash, hang, and go when its parent goes."""

import os
import select
import signal
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest

from limner.contracts.assignment import Assignment
from limner.contracts.event import Started, Succeeded, WorkerGone, WorkerReady
from limner.contracts.request import TextToImage
from limner.engines.testcard import CARD
from limner.fleet.child import ChildSettings
from limner.fleet.embedded import EmbeddedFleet
from tests.inbox import Inbox


@pytest.fixture
def fleet() -> Iterator[tuple[EmbeddedFleet, Inbox]]:
    fleet = EmbeddedFleet(ChildSettings(worker="", engines=("testcard",), slots=2), stall_s=1.0)
    inbox = Inbox()
    fleet.start(inbox)
    inbox.kind(WorkerReady)
    yield fleet, inbox
    fleet.stop()


def _send(fleet: EmbeddedFleet, prompt: str, steps: int = 4) -> str:
    request = TextToImage(prompt=prompt, model="testcard", num_inference_steps=steps).complete(CARD)
    job_id = str(uuid.uuid4())
    fleet.send(fleet.workers()[0].name, Assignment(job_id=job_id, attempt=1, request=request))
    return job_id


def test_a_crash_in_an_engine_ends_the_child_and_not_us(fleet: tuple[EmbeddedFleet, Inbox]) -> None:
    house, inbox = fleet
    job = _send(house, "[crash]")
    gone = inbox.kind(WorkerGone)[0].event
    assert isinstance(gone, WorkerGone)
    assert gone.started == (job,)
    assert "SIGKILL" in gone.reason
    inbox.kind(WorkerReady, count=2)
    assert isinstance(inbox.final(_send(house, "a boat")), Succeeded)


def test_a_job_that_hangs_is_the_one_to_blame(fleet: tuple[EmbeddedFleet, Inbox]) -> None:
    house, inbox = fleet
    innocent = _send(house, "slow [step=0.3]", steps=500)
    guilty = _send(house, "[stall]")
    inbox.kind(Started, count=2)
    gone = inbox.kind(WorkerGone)[0].event
    assert isinstance(gone, WorkerGone)
    assert gone.started == (guilty,)
    assert gone.unstarted == (innocent,)
    assert "said nothing" in gone.reason


def test_a_cancelled_job_that_never_looks_is_killed_in_the_end(fleet: tuple[EmbeddedFleet, Inbox]) -> None:
    house, inbox = fleet
    job = _send(house, "[stall]")
    inbox.kind(Started)
    house.cancel(job)
    gone = inbox.kind(WorkerGone)[0].event
    assert isinstance(gone, WorkerGone)
    assert gone.started == (job,)


def test_a_frozen_child_is_noticed_and_replaced() -> None:
    settings = ChildSettings(worker="", engines=("testcard",))
    house, inbox = EmbeddedFleet(settings, silent_s=4.0), Inbox()
    house.start(inbox)
    try:
        inbox.kind(WorkerReady)
        assert house._child is not None
        os.kill(house._child._process.pid, signal.SIGSTOP)
        job = _send(house, "a boat")
        gone = inbox.kind(WorkerGone)[0].event
        assert isinstance(gone, WorkerGone)
        assert (gone.started, gone.unstarted) == ((), (job,))
        inbox.kind(WorkerReady, count=2)
        assert isinstance(inbox.final(_send(house, "a boat")), Succeeded)
    finally:
        house.stop()


_PARENT = """
import signal
from limner.fleet.child import ChildSettings
from limner.fleet.embedded import EmbeddedFleet
fleet = EmbeddedFleet(ChildSettings(worker="", engines=("testcard",)))
fleet.start(lambda delivery: print(fleet._child._process.pid, flush=True))
signal.pause()
"""


def test_the_child_goes_when_its_parent_is_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        pidfd = os.pidfd_open(child)
        parent.kill()
    try:
        ready, _, _ = select.select([pidfd], [], [], 30)
        assert ready, "the child lives on without its parent"
    finally:
        os.close(pidfd)
