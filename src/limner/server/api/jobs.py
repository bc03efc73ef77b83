"""Jobs: ask, look, follow, cancel, delete."""

import json
import uuid
from typing import Annotated

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from ninja import Field, Query, Router, Status
from pydantic import BaseModel

from limner.contracts.fault import InvalidField
from limner.contracts.request import TextToImage, parse_request
from limner.server.accounts.queries import personal_owner
from limner.server.api.errors import ErrorBody
from limner.server.api.events import event_stream
from limner.server.jobs import queries, services
from limner.server.jobs.snapshot import JobSnapshot

router = Router()

_BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": {**TextToImage.model_json_schema()}}},
    },
    "parameters": [
        {
            "in": "header",
            "name": "Idempotency-Key",
            "schema": {"type": "string", "maxLength": services.MAX_IDEMPOTENCY_KEY},
            "description": "The same key again returns the same job and makes no second one.",
        }
    ],
}


class JobPage(BaseModel):
    """Jobs, newest first."""

    jobs: list[JobSnapshot]
    next: uuid.UUID | None = Field(description="Pass it as `before` for the next page; null on the last.")


@router.post("", response={202: JobSnapshot, 422: ErrorBody, 409: ErrorBody}, openapi_extra=_BODY)
def submit(request: HttpRequest) -> Status[JobSnapshot]:
    """Put a request in line."""
    job = services.submit(
        personal_owner(),
        parse_request(_json(request.body)),
        idempotency_key=request.headers.get("Idempotency-Key"),
    )
    return Status(202, queries.snapshot(job))


@router.get("", response=JobPage)
def page(
    request: HttpRequest,
    before: Annotated[uuid.UUID | None, Query(description="The `next` of the page before.")] = None,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
) -> JobPage:
    """List your jobs, newest first."""
    del request
    jobs = queries.page(personal_owner(), before, limit + 1)
    shown = jobs[:limit]
    return JobPage(jobs=queries.snapshots(shown), next=shown[-1].public_id if len(jobs) > limit else None)


@router.get("/{uuid:id}", response={200: JobSnapshot, 404: ErrorBody})
def snapshot(request: HttpRequest, id: uuid.UUID) -> JobSnapshot:  # noqa: A002 - the API's own word
    """Look how a job stands."""
    del request
    return queries.snapshot(queries.job(personal_owner(), id))


@router.post("/{uuid:id}/cancel", response={200: JobSnapshot, 404: ErrorBody})
def cancel(request: HttpRequest, id: uuid.UUID) -> JobSnapshot:  # noqa: A002
    """Cancel a job: at once while it waits, at the next step while it runs. A finished one stays as it is."""
    del request
    return queries.snapshot(services.cancel(personal_owner(), id))


@router.delete("/{uuid:id}", response={204: None, 404: ErrorBody})
def delete(request: HttpRequest, id: uuid.UUID) -> Status[None]:  # noqa: A002
    """Delete a job with its pictures and their files, whatever it is doing."""
    del request
    services.delete(personal_owner(), id)
    return Status(204, None)


@router.get("/{uuid:id}/events", response={200: None, 404: ErrorBody})
async def events(request: HttpRequest, id: uuid.UUID) -> HttpResponseBase:  # noqa: A002
    """Follow a job as server-sent events: `job` with a snapshot at each change, `preview` with a small picture.

    The stream ends when the job is finished. Reconnecting with `Last-Event-ID` begins with how the job stands
    now; after the last event it answers 204, at which browsers stop asking.
    """
    return await event_stream(id, request.headers.get("Last-Event-ID"))


def _json(body: bytes) -> object:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise InvalidField("The body is not valid JSON.") from None
