"""What every fleet promises, held against the in-memory twin and the embedded child process alike."""

import os
import signal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from PIL import Image

from limner.contracts.assignment import Assignment
from limner.contracts.event import (
    Cancelled,
    Failed,
    PictureMade,
    Preview,
    Progress,
    Started,
    Succeeded,
    WorkerGone,
    WorkerReady,
)
from limner.contracts.request import TextToImage
from limner.engines.testcard import CARD, draw
from limner.fleet.base import Fleet
from limner.fleet.child import ChildSettings
from limner.fleet.embedded import EmbeddedFleet
from limner.pictures.read import read_facts
from limner.testing.fleet import InMemoryFleet
from tests.inbox import Inbox


@dataclass
class House:
    fleet: Fleet
    inbox: Inbox
    kill: Callable[[], None]

    def worker(self) -> str:
        self.inbox.kind(WorkerReady)
        return self.fleet.workers()[0].name

    def send(self, prompt: str, *, attempt: int = 1, **fields: int) -> str:
        asked = TextToImage.model_validate({"prompt": prompt, "model": "testcard", "seed": 1, **fields})
        job_id = str(uuid.uuid4())
        order = Assignment(job_id=job_id, attempt=attempt, request=asked.complete(CARD))
        self.fleet.send(self.worker(), order)
        return job_id


def _embedded(slots: int) -> tuple[Fleet, Callable[[], None]]:
    fleet = EmbeddedFleet(ChildSettings(worker="", engines=("testcard",), slots=slots), stall_s=1.0)

    def kill() -> None:
        child = fleet._child
        assert child is not None
        os.kill(child._process.pid, signal.SIGKILL)

    return fleet, kill


def _memory(slots: int) -> tuple[Fleet, Callable[[], None]]:
    fleet = InMemoryFleet(slots)
    return fleet, fleet.kill


@pytest.fixture(params=[_memory, _embedded], ids=["memory", "embedded"])
def house(request: pytest.FixtureRequest) -> Iterator[House]:
    fleet, kill = request.param(2)
    inbox = Inbox()
    fleet.start(inbox)
    yield House(fleet, inbox, kill)
    fleet.stop()


def test_a_worker_says_what_it_can_do(house: House) -> None:
    ready = house.inbox.kind(WorkerReady)[0].event
    assert isinstance(ready, WorkerReady)
    assert [card.name for engine in ready.capabilities for card in engine.models] == ["testcard"]
    assert house.fleet.workers()[0].card("testcard") == CARD
    assert house.fleet.workers()[0].card("unheard of") is None


def test_a_job_tells_its_life_in_order(house: House) -> None:
    job = house.send("a boat", num_images=2)
    assert isinstance(house.inbox.final(job), Succeeded)
    said = [event for event in house.inbox.events if getattr(event, "job_id", None) == job]
    assert isinstance(said[0], Started)
    assert [getattr(event, "seq", None) for event in said] == list(range(len(said)))
    assert [event.index for event in said if isinstance(event, PictureMade)] == [0, 1]
    steps = [event.step for event in said if isinstance(event, Progress) and event.stage == "drawing"]
    assert steps == sorted(steps)
    assert steps[-1] == 8


def test_pictures_arrive_as_png_that_says_what_made_it(house: House) -> None:
    house.send("a boat", seed=5)
    delivery = house.inbox.kind(PictureMade)[0]
    facts = read_facts(delivery.payload)
    assert facts is not None
    assert (facts.seed, facts.request.prompt, facts.model_hash) == (5, "a boat", CARD.hash)
    with Image.open(BytesIO(delivery.payload)) as image:
        assert image.convert("RGB").tobytes() == draw("a boat", 5, 64, 64).tobytes()


def test_a_slow_job_shows_how_its_picture_forms(house: House) -> None:
    house.send("a boat [step=0.15]")
    preview = house.inbox.kind(Preview)[0]
    with Image.open(BytesIO(preview.payload)) as image:
        assert image.format == "WEBP"


def test_a_cancelled_job_stops_at_the_next_step(house: House) -> None:
    job = house.send("a boat [step=0.1]", num_inference_steps=500)
    house.inbox.kind(Progress)
    house.fleet.cancel(job)
    assert isinstance(house.inbox.final(job), Cancelled)
    assert house.fleet.holding() == {}


def test_cancelling_what_nobody_holds_is_no_error(house: House) -> None:
    house.fleet.cancel(str(uuid.uuid4()))
    assert isinstance(house.inbox.final(house.send("a boat")), Succeeded)


def test_a_failing_job_says_so_and_the_next_one_runs(house: House) -> None:
    failed = house.inbox.final(house.send("[fail]"))
    assert isinstance(failed, Failed)
    assert failed.fault.code == "engine_failed"
    assert isinstance(house.inbox.final(house.send("a boat")), Succeeded)


def test_running_out_of_memory_fails_the_job_in_plain_words(house: House) -> None:
    failed = house.inbox.final(house.send("[oom]"))
    assert isinstance(failed, Failed)
    assert failed.fault.code == "out_of_memory"


def test_a_job_is_held_until_it_is_finished(house: House) -> None:
    job = house.send("a boat [step=0.1]", num_inference_steps=500)
    house.inbox.kind(Started)
    assert house.fleet.holding() == {job: house.worker()}
    house.fleet.cancel(job)
    house.inbox.final(job)
    assert house.fleet.holding() == {}


def test_jobs_share_the_slots(house: House) -> None:
    first = house.send("one [step=0.1]", num_inference_steps=500)
    second = house.send("two")
    assert isinstance(house.inbox.final(second), Succeeded)
    house.fleet.cancel(first)
    assert isinstance(house.inbox.final(first), Cancelled)


def test_a_dead_worker_names_its_jobs_and_another_comes_up(house: House) -> None:
    job = house.send("a boat [step=0.1]", num_inference_steps=500)
    house.inbox.kind(Progress)
    dead = house.worker()
    house.kill()
    gone = house.inbox.kind(WorkerGone)[0].event
    assert isinstance(gone, WorkerGone)
    assert (gone.worker, gone.started) == (dead, (job,))
    house.inbox.kind(WorkerReady, count=2)
    assert house.worker() != dead
    assert isinstance(house.inbox.final(house.send("a boat", attempt=2)), Succeeded)


def test_a_job_for_a_worker_that_is_gone_comes_back_unstarted(house: House) -> None:
    house.worker()
    asked = TextToImage(prompt="a boat", model="testcard", seed=1).complete(CARD)
    house.fleet.send("long gone", Assignment(job_id="lost", attempt=1, request=asked))
    gone = house.inbox.kind(WorkerGone)[0].event
    assert isinstance(gone, WorkerGone)
    assert (gone.started, gone.unstarted) == ((), ("lost",))
