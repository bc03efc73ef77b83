"""Whatever the wire does to a worker's words, the database ends up with what was said."""

import io
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from limner.contracts.event import JobEvent, PictureMade, Progress, Started, Succeeded, WorkerGone
from limner.engines.testcard import draw
from limner.fleet.base import Delivery
from limner.server.accounts.queries import personal_owner
from limner.server.gallery.models import Picture
from limner.server.jobs import collector
from limner.server.jobs.live import hub
from limner.server.jobs.models import Job, State

pytestmark = pytest.mark.django_db

REQUEST = {"prompt": "a boat", "num_inference_steps": 2, "num_images": 2, "width": 16, "height": 16, "seed": 1}
ATTEMPT = 2


def _png(index: int) -> bytes:
    file = io.BytesIO()
    draw("a boat", index, 16, 16).save(file, "PNG")
    return file.getvalue()


def _job() -> Job:
    return Job.objects.create(
        owner=personal_owner(),
        kind="text-to-image",
        model="testcard",
        request=REQUEST,
        worker="w",
        attempt=ATTEMPT,
    )


def _life(job: Job, attempt: int) -> list[Delivery]:
    """Return what a worker says about a job that goes well."""
    said: list[tuple[type, bytes, dict[str, Any]]] = [(Started, b"", {})]
    for index in range(2):
        said.append((Progress, b"", {"step": 2 * index + 2, "total": 4}))
        said.append((PictureMade, _png(index), {"index": index, "seed": 1 + index, "width": 16, "height": 16}))
    said.append((Succeeded, b"", {"seconds": 1.5}))
    deliveries = []
    for seq, (kind, payload, fields) in enumerate(said):
        event: JobEvent = kind(job_id=str(job.public_id), attempt=attempt, seq=seq, **fields)
        deliveries.append(Delivery(event, payload))
    return deliveries


def _outcome(job: Job) -> tuple[object, ...]:
    job.refresh_from_db()
    pictures = Picture.objects.filter(series=job.public_id).order_by("index")
    return (
        job.state,
        job.seconds,
        job.worker,
        job.error,
        [(each.index, each.seed, each.sha256) for each in pictures],
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(repeats=st.lists(st.integers(1, 3), min_size=6, max_size=6), stale=st.lists(st.integers(0, 5), max_size=6))
def test_repeated_and_stale_events_change_nothing(repeats: list[int], stale: list[int]) -> None:
    plain, harried = _job(), _job()
    for delivery in _life(plain, ATTEMPT):
        collector.apply(delivery)
    old = _life(harried, ATTEMPT - 1)
    for delivery, times in zip(_life(harried, ATTEMPT), repeats, strict=True):
        for number in stale:
            collector.apply(old[number])
        for _ in range(times):
            collector.apply(delivery)
    assert _outcome(harried) == _outcome(plain)
    assert _outcome(plain)[0] == State.SUCCEEDED


def test_what_is_said_of_a_job_that_was_deleted_is_not_heard() -> None:
    job = _job()
    life = _life(job, ATTEMPT)
    job.delete()
    for delivery in life:
        collector.apply(delivery)
    assert not Picture.objects.filter(series=job.public_id).exists()
    assert hub.live(job.public_id) is None


def test_only_what_was_started_counts_against_a_job() -> None:
    started, sent = _job(), _job()
    gone = WorkerGone(
        worker="w", reason="killed", started=(str(started.public_id),), unstarted=(str(sent.public_id),)
    )
    collector.apply(Delivery(gone))
    for job, losses in ((started, 1), (sent, 0)):
        job.refresh_from_db()
        assert (job.state, job.worker, job.losses) == (State.QUEUED, "", losses)


def test_a_worker_that_is_gone_says_nothing_about_anothers_jobs() -> None:
    job = _job()
    collector.apply(
        Delivery(
            WorkerGone(worker="another", reason="killed", started=(str(uuid.UUID(int=1)), str(job.public_id)))
        )
    )
    job.refresh_from_db()
    assert (job.worker, job.losses) == ("w", 0)


def test_a_cancelled_job_whose_worker_dies_is_done() -> None:
    job = _job()
    Job.objects.filter(pk=job.pk).update(cancel_requested=True)
    collector.apply(Delivery(WorkerGone(worker="w", reason="killed", started=(str(job.public_id),))))
    job.refresh_from_db()
    assert job.state == State.CANCELLED
