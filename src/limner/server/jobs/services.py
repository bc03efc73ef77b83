"""What can be done to a job. Each of these holds permission, rule and effect; the faces only call them."""

import hashlib
import json
import threading
import uuid

from django.db import transaction
from django.utils import timezone

from limner.contracts.canonical import canonical_json
from limner.contracts.fault import Conflict, InvalidField
from limner.contracts.request import AnyRequest
from limner.server.accounts.models import User
from limner.server.gallery import services as gallery
from limner.server.jobs import bell, queries
from limner.server.jobs.live import hub
from limner.server.jobs.models import ACTIVE, Job, State

MAX_IDEMPOTENCY_KEY = 200
_telling = threading.Lock()


def submit(owner: User, request: AnyRequest, *, idempotency_key: str | None = None) -> Job:
    """Put a request in line and return its job; the same key again returns the same job.

    Raises InvalidField where no model can do it, Conflict where the key came with another request before.
    """
    if idempotency_key is not None and not 1 <= len(idempotency_key) <= MAX_IDEMPOTENCY_KEY:
        raise InvalidField(
            f"Idempotency-Key may have 1 to {MAX_IDEMPOTENCY_KEY} characters.", field="Idempotency-Key"
        )
    asked = hashlib.sha256(canonical_json(request).encode()).hexdigest()
    with transaction.atomic():
        earlier = _earlier(owner, idempotency_key)
        if earlier is not None:
            if earlier.request_hash != asked:
                raise Conflict(field="Idempotency-Key")
            return earlier
        whole = request.complete(queries.offer(request.model))
        job = Job.objects.create(
            owner=owner,
            kind=whole.kind,
            model=whole.model,
            request=json.loads(canonical_json(whole)),
            request_hash=asked,
            idempotency_key=idempotency_key,
        )
        bell.ring()
    tell(job)
    return job


def cancel(owner: User, id_: uuid.UUID) -> Job:
    """Cancel the owner's job: one that waits at once, one that runs at its next step. Raises NotFound.

    A job that is finished stays as it is.
    """
    with transaction.atomic():
        job = queries.job(owner, id_)
        if job.state in ACTIVE:
            job.cancel_requested = True
            if not job.worker:
                job.state = State.CANCELLED
                job.finished_at = timezone.now()
            job.save(update_fields=["cancel_requested", "state", "finished_at"])
            bell.ring()
    tell(job)
    return job


def delete(owner: User, id_: uuid.UUID) -> None:
    """Remove the owner's job, its pictures and their files, whatever it is doing. Raises NotFound."""
    with transaction.atomic():
        job = queries.job(owner, id_)
        series = job.public_id
        job.delete()
        bell.ring()
    gallery.delete_series(series)
    hub.forget(series)
    hub.publish(owner.pk, f"job {series}", {"type": "deleted", "id": str(series)})


def delete_picture(owner: User, id_: uuid.UUID) -> None:
    """Remove one of the owner's pictures and its files. Raises NotFound."""
    job = Job.objects.filter(public_id=gallery.delete_picture(owner, id_)).first()
    if job is not None:
        tell(job)


def tell(*jobs: Job) -> None:
    """Send how each of *jobs* stands in the database now to whoever watches its owner's jobs.

    One thread at a time reads and sends, so that no older news follows newer.
    """
    watched = [job.pk for job in jobs if hub.watched(job.owner_id)]
    if not watched:
        return
    with _telling:
        fresh = list(Job.objects.filter(pk__in=watched).order_by("id"))
        for job, snapshot in zip(fresh, queries.snapshots(fresh), strict=True):
            message = {"type": "job", "job": snapshot.model_dump(mode="json")}
            hub.publish(job.owner_id, f"job {job.public_id}", message)


def _earlier(owner: User, key: str | None) -> Job | None:
    return None if key is None else Job.objects.filter(owner=owner, idempotency_key=key).first()
