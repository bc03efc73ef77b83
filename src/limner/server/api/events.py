"""A job as a stream of server-sent events (WHATWG HTML, section 9.2)."""

import json
import uuid
from collections.abc import AsyncIterator
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from limner.server.accounts.models import User
from limner.server.accounts.queries import personal_owner
from limner.server.jobs import queries
from limner.server.jobs.live import Subscription, hub
from limner.server.jobs.snapshot import JobSnapshot

PING_S = 15.0
"""A comment so often keeps proxies from closing a quiet stream."""
_ENDED = {"succeeded", "failed", "cancelled"}


async def event_stream(id_: uuid.UUID, last_event_id: str | None) -> HttpResponseBase:
    """Return the stream of one job's events, or 204 for a client that has heard the last. Raises NotFound."""
    owner, first = await sync_to_async(_look)(id_)
    if last_event_id is not None and first.state in _ENDED and last_event_id == _number(first):
        return HttpResponse(status=204)
    response = StreamingHttpResponse(_events(owner, id_), content_type="text/event-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Accel-Buffering"] = "no"
    return response


async def _events(owner: User, id_: uuid.UUID) -> AsyncIterator[bytes]:
    subscription = hub.subscribe(owner.pk)
    try:
        _, snapshot = await sync_to_async(_look)(id_)
        yield _event("job", snapshot.model_dump(mode="json"), _number(snapshot))
        if snapshot.state not in _ENDED:
            async for event in _follow(subscription, str(id_)):
                yield event
    finally:
        hub.unsubscribe(owner.pk, subscription)


async def _follow(subscription: Subscription, id_: str) -> AsyncIterator[bytes]:
    async for message in subscription.messages(idle_s=PING_S):
        if message is None:
            yield b": still here\n\n"
        elif message["type"] == "job" and message["job"]["id"] == id_:
            snapshot = JobSnapshot.model_validate(message["job"])
            yield _event("job", message["job"], _number(snapshot))
            if snapshot.state in _ENDED:
                return
        elif message["type"] == "preview" and message["id"] == id_:
            yield _event("preview", {"index": message["index"], "url": message["url"]}, None)
        elif message["type"] == "deleted" and message["id"] == id_:
            return


def _look(id_: uuid.UUID) -> tuple[User, JobSnapshot]:
    owner = personal_owner()
    return owner, queries.snapshot(queries.job(owner, id_))


def _number(snapshot: JobSnapshot) -> str:
    return f"{snapshot.state}-{snapshot.progress.step}-{len(snapshot.pictures)}"


def _event(name: str, data: dict[str, Any], number: str | None) -> bytes:
    lines = [f"event: {name}", f"data: {json.dumps(data, separators=(',', ':'))}"]
    if number is not None:
        lines.append(f"id: {number}")
    return ("\n".join(lines) + "\n\n").encode()
