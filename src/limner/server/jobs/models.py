"""Jobs, and the models that workers offer."""

import secrets
import time
import uuid

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    """Where a job is in its life. A job that was sent and has not begun is still queued."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"


ACTIVE = (State.QUEUED, State.RUNNING)


def new_id() -> uuid.UUID:
    """Return a UUID of version 7 (RFC 9562, section 5.7): milliseconds, then 74 random bits; sorts by time."""
    milliseconds = time.time_ns() // 1_000_000
    number = milliseconds << 80 | secrets.randbits(80)
    number = number & ~(0xF << 76) | 0x7 << 76
    return uuid.UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


class Job(models.Model):
    """One request and what became of it. Progress is never a row; see ``live``."""

    public_id = models.UUIDField(unique=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    model = models.CharField(max_length=200)
    request = models.JSONField()
    request_hash = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=200, null=True)  # noqa: DJ001 - many rows have none

    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    priority = models.SmallIntegerField(default=0)
    worker = models.CharField(max_length=100, blank=True, default="")
    attempt = models.PositiveIntegerField(default=0)
    losses = models.PositiveSmallIntegerField(default=0)
    cancel_requested = models.BooleanField(default=False)
    error = models.JSONField(null=True)

    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    seconds = models.FloatField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner", "idempotency_key"), name="one_job_for_each_idempotency_key"),
        )
        indexes = (
            models.Index(fields=("state", "-priority", "id"), name="jobs_in_line"),
            models.Index(fields=("owner", "-public_id"), name="jobs_of_owner"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Offer(models.Model):
    """A model that some worker has, as it said when it came up; kept while workers come and go."""

    name = models.CharField(max_length=200, unique=True)
    card = models.JSONField()
    engine = models.CharField(max_length=100)
    order = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("order",)

    def __str__(self) -> str:
        return self.name
