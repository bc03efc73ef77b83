"""What can go wrong, as sentences a person can act on.

    Fault                    has a stable ``code``, a ``message`` and sometimes the ``field`` it is about
    ├── InvalidField         the request itself is wrong; nothing was stored
    ├── NotFound             no such thing, or not yours
    ├── TooLarge             more bytes than we accept
    ├── Conflict             the same Idempotency-Key came with another request
    ├── Forbidden            the request came from another site
    ├── ModelUnusable        the model's files are missing, broken or not safetensors
    ├── HubUnreachable       a model has to be downloaded and the network or the hub is not there
    ├── OutOfMemory          the model or the picture does not fit in memory
    ├── DiskFull             the picture could not be written
    ├── StorageFailed        the picture could not be written for another reason
    ├── Blocked              the model's own safety checker would not have it
    ├── EngineFailed         the engine raised something nobody foresaw
    └── WorkerLost           the process that drew the picture died or hung

``code`` is part of the API: it never changes. How a code becomes an HTTP status is the server's affair.
"""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict


class FaultReport(BaseModel):
    """A fault as it travels: in the API's ``error`` object, in events and in the database."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str
    message: str
    field: str | None = None


class Fault(Exception):  # noqa: N818 - the field's word is fault, and every one is an exception
    """Something went wrong."""

    code: ClassVar[str] = "fault"

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        self.message = message or (type(self).__doc__ or "").strip()
        self.field = field
        super().__init__(self.message)

    def report(self) -> FaultReport:
        """Return the fault as it travels."""
        return FaultReport(code=self.code, message=self.message, field=self.field)


class InvalidField(Fault):
    """The request has a value that cannot be used."""

    code = "invalid_field"


class NotFound(Fault):
    """There is nothing here under that id."""

    code = "not_found"


class TooLarge(Fault):
    """That is more than this server accepts."""

    code = "too_large"


class Conflict(Fault):
    """That Idempotency-Key was already used for a different request."""

    code = "conflict"


class Forbidden(Fault):
    """Requests from another website are refused."""

    code = "forbidden"


class ModelUnusable(Fault):
    """The model cannot be loaded."""

    code = "model_unusable"


class HubUnreachable(Fault):
    """The model is not on this machine and its hub cannot be reached."""

    code = "hub_unreachable"


class OutOfMemory(Fault):
    """There is not enough memory for this; a smaller size or fewer pictures may fit."""

    code = "out_of_memory"


class DiskFull(Fault):
    """The disk is full, so the picture could not be kept; free some space and try again."""

    code = "disk_full"


class EngineFailed(Fault):
    """The engine could not make this picture."""

    code = "engine_failed"


class Blocked(Fault):
    """The model's own safety checker blocked this picture; say it differently, or try another seed."""

    code = "blocked"


class StorageFailed(Fault):
    """The picture could not be written."""

    code = "storage_failed"


class WorkerLost(Fault):
    """The drawing process stopped three times on this job."""

    code = "worker_lost"


def fault_of(report: FaultReport) -> Fault:
    """Return the fault that travelled as *report*."""
    kind = next((each for each in Fault.__subclasses__() if each.code == report.code), Fault)
    return kind(report.message, field=report.field)
