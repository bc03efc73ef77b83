"""Whoever stops listening is forgotten."""

import asyncio
import uuid
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core.handlers.asgi import ASGIHandler

from limner.server.accounts.queries import personal_owner
from limner.server.jobs.live import hub
from limner.server.jobs.models import Job

pytestmark = pytest.mark.django_db(transaction=True)

REQUEST = {"prompt": "a boat", "num_inference_steps": 4, "num_images": 1, "width": 64, "height": 64}


def _waiting_job() -> Job:
    return Job.objects.create(owner=personal_owner(), kind="text-to-image", model="testcard", request=REQUEST)


async def _get(path: str) -> Any:
    headers = [(b"host", b"localhost")]
    scope = {"type": "http", "method": "GET", "path": path, "query_string": b"", "headers": headers}
    stream: Any = ApplicationCommunicator(ASGIHandler(), scope)  # type: ignore[no-untyped-call]
    await stream.send_input({"type": "http.request", "body": b""})
    return stream


async def test_a_client_that_hangs_up_leaves_no_subscription() -> None:
    job = await asyncio.to_thread(_waiting_job)
    stream = await _get(f"/api/v1/jobs/{job.public_id}/events")
    assert (await stream.receive_output(10))["status"] == 200
    assert b"queued" in (await stream.receive_output(10))["body"]
    assert hub.watched(job.owner_id)
    await stream.send_input({"type": "http.disconnect"})
    await stream.wait(10)
    assert not hub.watched(job.owner_id)


async def test_following_what_is_not_there_is_a_404() -> None:
    stream = await _get(f"/api/v1/jobs/{uuid.uuid4()}/events")
    assert (await stream.receive_output(10))["status"] == 404
    await stream.wait(10)
