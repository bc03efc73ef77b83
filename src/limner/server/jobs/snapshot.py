"""A job as everybody sees it: in the API, on the WebSocket, in the page."""

import uuid
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from limner.contracts.fault import FaultReport
from limner.server.gallery.snapshot import PictureSnapshot
from limner.server.timestamp import Timestamp


class ProgressSnapshot(BaseModel):
    """Steps done of all steps, over all pictures of the job."""

    step: int
    total: int


class JobSnapshot(BaseModel):
    """A job at one moment."""

    model_config = ConfigDict(frozen=True)

    id: uuid.UUID
    kind: str
    state: Literal["queued", "running", "succeeded", "failed", "cancelled"]
    stage: Literal["waiting", "loading", "drawing", "stopping", "done"] = Field(
        description="What a queued or running job does just now."
    )
    place: int | None = Field(description="1 for the next to start; null when not waiting.")
    eta_s: float | None = Field(description="Estimated seconds until the job is finished; null when unknown.")
    cost: int = Field(description="Credits; always 0 on a personal installation.")
    progress: ProgressSnapshot
    pictures: list[PictureSnapshot]
    from_cache: bool
    error: FaultReport | None
    request: dict[str, Any] = Field(description="The whole request, with everything that was left open filled in.")
    created_at: Timestamp
    started_at: Timestamp | None
    finished_at: Timestamp | None
    seconds: float | None = Field(description="Seconds from the first step to the last picture.")
