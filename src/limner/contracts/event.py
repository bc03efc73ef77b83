"""What a worker says about a job, in order, numbered by attempt and sequence.

Events flow one way, from workers to the collector. Bytes (a picture, a preview) travel beside the event, not
in it. ``(job_id, attempt, seq)`` names an event: whoever applies one twice notices.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from limner.contracts.capability import Capabilities
from limner.contracts.fault import FaultReport


class _Message(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _JobEvent(_Message):
    job_id: str
    attempt: int = Field(ge=1, description="Which try this is, counted from 1.")
    seq: int = Field(ge=0, description="Counted from 0 within the attempt.")


class Started(_JobEvent):
    """The worker has begun: should it die now, that counts against the job."""

    event: Literal["started"] = "started"


class Progress(_JobEvent):
    """So many of all steps are done. While ``stage`` is 'loading' the model is being read into memory."""

    event: Literal["progress"] = "progress"
    step: int = Field(ge=0)
    total: int = Field(ge=1)
    stage: Literal["loading", "drawing"] = "drawing"


class Preview(_JobEvent):
    """A small WebP of picture *index* as it stands; the bytes come beside the event."""

    event: Literal["preview"] = "preview"
    index: int = Field(ge=0)


class PictureMade(_JobEvent):
    """Picture *index* is finished; its PNG comes beside the event."""

    event: Literal["picture"] = "picture"
    index: int = Field(ge=0)
    seed: int
    width: int
    height: int


class Succeeded(_JobEvent):
    """All pictures are made."""

    event: Literal["succeeded"] = "succeeded"
    seconds: float = Field(description="From the first step to the last picture, loading not counted.")


class Failed(_JobEvent):
    """The job cannot be done, and trying again would not help."""

    event: Literal["failed"] = "failed"
    fault: FaultReport


class Cancelled(_JobEvent):
    """The job was stopped because its owner asked."""

    event: Literal["cancelled"] = "cancelled"


JobEvent = Annotated[
    Started | Progress | Preview | PictureMade | Succeeded | Failed | Cancelled, Field(discriminator="event")
]
JOB_EVENT: TypeAdapter[JobEvent] = TypeAdapter(JobEvent)
FINAL = (Succeeded, Failed, Cancelled)


class WorkerReady(_Message):
    """A worker is up and can take *slots* jobs at once."""

    event: Literal["worker-ready"] = "worker-ready"
    worker: str
    slots: int
    capabilities: tuple[Capabilities, ...]


class WorkerAlive(_Message):
    """The worker's process still turns, whatever its jobs do."""

    event: Literal["worker-alive"] = "worker-alive"
    worker: str


class WorkerGone(_Message):
    """A worker died or was killed, with the jobs it held.

    *started* counts as an attempt of each of these jobs; *unstarted* were sent and never begun.
    """

    event: Literal["worker-gone"] = "worker-gone"
    worker: str
    reason: str
    started: tuple[str, ...] = ()
    unstarted: tuple[str, ...] = ()


OF_WORKER = (WorkerReady, WorkerAlive, WorkerGone)
FleetEvent = JobEvent | WorkerReady | WorkerAlive | WorkerGone
