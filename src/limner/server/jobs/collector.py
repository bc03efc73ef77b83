"""Applies what workers say to the database: file first, then commit, then whoever watches is told.

Applying an event twice changes nothing, and what an old attempt says is not heard.
"""

import base64
import logging
import uuid

from django.db import transaction
from django.utils import timezone

from limner.contracts.event import (
    Cancelled,
    Failed,
    JobEvent,
    PictureMade,
    Preview,
    Progress,
    Started,
    Succeeded,
    WorkerAlive,
    WorkerGone,
    WorkerReady,
)
from limner.contracts.fault import Fault, FaultReport, WorkerLost
from limner.fleet.base import Delivery
from limner.server.gallery.services import Finished, delete_series, keep_picture
from limner.server.jobs.live import hub
from limner.server.jobs.models import ACTIVE, Job, Offer, State
from limner.server.jobs.services import tell

MAX_LOSSES = 3
"""So many workers may die on one job before it counts as the cause."""

logger = logging.getLogger(__name__)


def apply(delivery: Delivery) -> None:
    """Write down what happened and tell the owner."""
    event = delivery.event
    if isinstance(event, WorkerReady):
        _worker_ready(event)
    elif isinstance(event, WorkerGone):
        _worker_gone(event)
    elif not isinstance(event, WorkerAlive):
        job = Job.objects.filter(
            public_id=uuid.UUID(event.job_id), attempt=event.attempt, state__in=ACTIVE
        ).first()
        if job is not None:
            _apply(job, event, delivery.payload)


def give_back(job: Job) -> None:
    """Put a job that its worker lost back into line, at its old place; a cancelled one is done."""
    if job.cancel_requested:
        _finish(job, State.CANCELLED)
        return
    job.state, job.worker, job.started_at = State.QUEUED, "", None
    _save(job, "state", "worker", "started_at", "losses")
    hub.forget(job.public_id)
    tell(job)


def fail(job: Job, report: FaultReport) -> None:
    """End a job with the reason why."""
    job.error = report.model_dump()
    _finish(job, State.FAILED)


def _apply(job: Job, event: JobEvent, payload: bytes) -> None:
    match event:
        case Started() if job.state == State.QUEUED:
            job.state, job.started_at = State.RUNNING, timezone.now()
            _save(job, "state", "started_at")
            tell(job)
        case Progress():
            hub.progress(job.public_id, event.step, event.total, event.stage)
            tell(job)
        case Preview():
            _show_preview(job, event.index, payload)
        case PictureMade():
            _keep(job, event, payload)
        case Succeeded():
            job.seconds = round(event.seconds, 3)
            _finish(job, State.SUCCEEDED)
        case Failed():
            fail(job, event.fault)
        case Cancelled():
            _finish(job, State.CANCELLED)


def _keep(job: Job, event: PictureMade, png: bytes) -> None:
    try:
        keep_picture(job.owner_id, Finished(job.public_id, event.index, event.seed, png))
    except Fault as fault:
        fail(job, fault.report())
        return
    if Job.objects.filter(pk=job.pk).exists():
        tell(job)
    else:  # deleted while the picture was being written
        delete_series(job.public_id)


def _save(job: Job, *fields: str) -> None:
    """Write these fields of the job's row, if it is still there."""
    Job.objects.filter(pk=job.pk).update(**{field: getattr(job, field) for field in fields})


def _show_preview(job: Job, index: int, webp: bytes) -> None:
    message = {
        "type": "preview",
        "id": str(job.public_id),
        "index": index,
        "url": "data:image/webp;base64," + base64.b64encode(webp).decode(),
    }
    hub.publish(job.owner_id, f"preview {job.public_id} {index}", message)


def _finish(job: Job, state: State) -> None:
    job.state, job.finished_at, job.worker = state, timezone.now(), ""
    _save(job, "state", "finished_at", "worker", "error", "seconds", "losses")
    hub.forget(job.public_id)
    tell(job)


def _worker_ready(event: WorkerReady) -> None:
    offers = [
        Offer(
            name=card.name,
            card=card.model_dump(mode="json"),
            engine=f"{engine.engine} {engine.version}",
            order=0 if card.name == "starter" else 1,
        )
        for engine in event.capabilities
        for card in engine.models
    ]
    for engine in event.capabilities:
        for broken in engine.broken:
            logger.warning("%s", broken.reason)
    with transaction.atomic():
        Offer.objects.all().delete()
        Offer.objects.bulk_create(offers, ignore_conflicts=True)  # of two with one name the first is meant


def _worker_gone(event: WorkerGone) -> None:
    names = [uuid.UUID(name) for name in (*event.started, *event.unstarted)]
    for job in Job.objects.filter(public_id__in=names, worker=event.worker, state__in=ACTIVE):
        job.losses += str(job.public_id) in event.started
        if job.losses >= MAX_LOSSES and not job.cancel_requested:
            fail(job, WorkerLost(f"Drawing this stopped the worker {MAX_LOSSES} times: {event.reason}.").report())
        else:
            give_back(job)
