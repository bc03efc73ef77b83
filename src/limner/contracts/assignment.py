"""What a worker is told to do."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from limner.contracts.request import AnyRequest


class _Order(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Assignment(_Order):
    """Run this request; *attempt* numbers the sending and comes back in every event."""

    order: Literal["run"] = "run"
    job_id: str
    attempt: int = Field(ge=1)
    request: AnyRequest


class Cancel(_Order):
    """Stop this job at its next step, or never begin it."""

    order: Literal["cancel"] = "cancel"
    job_id: str


Order = Annotated[Assignment | Cancel, Field(discriminator="order")]
ORDER: TypeAdapter[Order] = TypeAdapter(Order)
