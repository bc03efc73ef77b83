"""What a worker can do, as data: engines, their models, and each model's sizes, schedulers and defaults."""

from pydantic import BaseModel, ConfigDict, Field

from limner.contracts.fault import InvalidField


class _Data(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Sides(_Data):
    """The width or height a model can draw, in pixels."""

    minimum: int = Field(ge=8, le=4096)
    maximum: int = Field(ge=8, le=4096)
    multiple_of: int = Field(8, ge=8, multiple_of=8)


class Defaults(_Data):
    """What a model uses where a request leaves a field open."""

    width: int = Field(ge=8, le=4096)
    height: int = Field(ge=8, le=4096)
    num_inference_steps: int = Field(ge=1, le=500)
    guidance_scale: float = Field(ge=0, le=50)
    scheduler: str


class ModelCard(_Data):
    """One model: its name in requests, what it can do, and the hash of its weights."""

    name: str
    title: str
    kinds: tuple[str, ...]
    hash: str = Field(description="SHA-256 over the weights, hexadecimal; part of the cache key.")
    sides: Sides
    schedulers: tuple[str, ...]
    defaults: Defaults
    note: str = Field("", description="What a person should know: what it draws well, its licence.")

    def check_side(self, field: str, pixels: int | None) -> None:
        """Raise InvalidField where the model cannot draw a *field*, width or height, of so many pixels."""
        sides = self.sides
        if pixels is None or not sides.minimum <= pixels <= sides.maximum or pixels % sides.multiple_of:
            raise InvalidField(
                f"{self.title} draws a {field} of {sides.minimum} to {sides.maximum} pixels in steps of "
                f"{sides.multiple_of}, not {pixels}.",
                field=field,
            )


class BrokenModel(_Data):
    """A model that is there and cannot be used, with the sentence that says why."""

    name: str
    reason: str


class Capabilities(_Data):
    """What one engine offers. ``version`` changes whenever the same request would give other pixels."""

    engine: str
    version: str
    models: tuple[ModelCard, ...]
    broken: tuple[BrokenModel, ...] = ()
    max_concurrent: int = 1
