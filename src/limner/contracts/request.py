"""What can be asked of the studio: one frozen model per kind, ``parse_request`` to read any of them.

A field left out where ``None`` is allowed means *the model's own*; ``Request.complete`` fills it in from the
model's card, so that a stored request always says everything that made the picture.
"""

import secrets
import unicodedata
from collections.abc import Mapping
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from limner.contracts.capability import ModelCard
from limner.contracts.complaint import sentence, short
from limner.contracts.fault import InvalidField

MAX_PROMPT_CHARS = 10_000
MAX_SEED = 2**32 - 1
MAX_SIDE = 4096
_KEPT_CONTROLS = "\n\r\t"
_INVISIBLE = {"Zs", "Zl", "Zp", "Cc", "Cf"}


def _plain_text(text: str) -> str:
    """Refuse control characters and lone surrogates: no database, file or terminal is glad of them."""
    for character in text:
        if unicodedata.category(character) in {"Cc", "Cs"} and character not in _KEPT_CONTROLS:
            message = f"has the control character U+{ord(character):04X}, which cannot be drawn; remove it"
            raise ValueError(message)
    return text


def _not_blank(text: str) -> str:
    if all(unicodedata.category(character) in _INVISIBLE for character in text):
        raise ValueError("is empty; say in a few words what the picture should show")
    return text


PlainText = Annotated[str, AfterValidator(_plain_text)]
Prompt = Annotated[PlainText, AfterValidator(_not_blank)]


class Request(BaseModel):
    """What every kind of request has."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="null")

    kind: str
    model: str = Field(
        "starter",
        title="Model",
        description="Which model draws. The starter model is shipped with Limner.",
        min_length=1,
        max_length=200,
    )
    seed: int | None = Field(
        None,
        title="Seed",
        description="The same seed and settings give the same picture. Left out: a new one each time.",
        ge=0,
        le=MAX_SEED,
        strict=True,
    )
    num_images: int = Field(
        1,
        title="Pictures",
        description="How many pictures to make. Each has its own seed, counted up from the first.",
        ge=1,
        le=16,
        strict=True,
    )

    def complete(self, card: ModelCard) -> Self:
        """Return this request with nothing left open: the seed drawn, the model's own values filled in.

        Raises InvalidField where the model cannot do what is asked.
        """
        if self.kind not in card.kinds:
            raise InvalidField(f"{card.title} does not do {self.kind}.", field="model")
        room = MAX_SEED + 1 - (self.num_images - 1)
        seed = secrets.randbelow(room) if self.seed is None else self.seed
        if seed >= room:
            raise InvalidField(
                f"For {self.num_images} pictures 'seed' may be at most {room - 1}, so that each has its own.",
                field="seed",
            )
        return self.model_copy(update={"seed": seed})

    def seeds(self) -> list[int]:
        """Return the seed of each picture, in order. The request must be complete."""
        if self.seed is None:
            raise ValueError("a request without a seed is not complete")
        return [self.seed + index for index in range(self.num_images)]


class TextToImage(Request):
    """Draw a picture of what the prompt says."""

    kind: Literal["text-to-image"] = "text-to-image"
    prompt: Prompt = Field(
        title="Prompt",
        description="What the picture should show, in plain words.",
        max_length=MAX_PROMPT_CHARS,
        examples=["a red boat on the sea at sunset"],
    )
    negative_prompt: PlainText = Field(
        "",
        title="Not in the picture",
        description="What to keep out of it. Needs guidance above 1.",
        max_length=MAX_PROMPT_CHARS,
    )
    num_inference_steps: int | None = Field(
        None,
        title="Steps",
        description="How often the picture is refined. More is slower and, after a point, no better.",
        ge=1,
        le=500,
        strict=True,
    )
    guidance_scale: float | None = Field(
        None,
        title="Guidance",
        description="How strictly the prompt is followed. 1 lets the model wander; above 10 colours burn.",
        ge=0,
        le=50,
        strict=True,
    )
    width: int | None = Field(
        None,
        title="Width",
        description="In pixels, a multiple of 8.",
        ge=8,
        le=MAX_SIDE,
        multiple_of=8,
        strict=True,
    )
    height: int | None = Field(
        None,
        title="Height",
        description="In pixels, a multiple of 8.",
        ge=8,
        le=MAX_SIDE,
        multiple_of=8,
        strict=True,
    )
    scheduler: str | None = Field(
        None,
        title="Scheduler",
        description="The solver that walks from noise to picture. Left out: the model's own.",
        max_length=100,
    )

    def complete(self, card: ModelCard) -> Self:
        """Return this request with the card's values where it left them open; see ``Request.complete``."""
        own = card.defaults
        whole = super().complete(card)
        whole = whole.model_copy(
            update={
                name: getattr(own, name)
                for name in ("num_inference_steps", "guidance_scale", "width", "height", "scheduler")
                if getattr(self, name) is None
            }
        )
        card.check_side("width", whole.width)
        card.check_side("height", whole.height)
        if whole.scheduler not in card.schedulers:
            known = ", ".join(card.schedulers)
            raise InvalidField(
                f"{card.title} has no scheduler '{whole.scheduler}'. It has {known}.", field="scheduler"
            )
        return whole


AnyRequest = TextToImage
"""Every kind of request; a union discriminated by ``kind`` once there are more."""

KINDS: dict[str, type[Request]] = {"text-to-image": TextToImage}

_ADAPTER: TypeAdapter[AnyRequest] = TypeAdapter(AnyRequest)


def parse_request(data: object) -> AnyRequest:
    """Return the request in *data*, a decoded JSON object.

    Raises InvalidField, naming the first field that is wrong in a sentence.
    """
    if not isinstance(data, Mapping):
        raise InvalidField("The body has to be a JSON object.")
    kind = data.get("kind")
    if kind is None:
        raise InvalidField(f"Say what kind of request this is: one of {', '.join(KINDS)}.", field="kind")
    if not isinstance(kind, str) or kind not in KINDS:
        raise InvalidField(f"There is no kind {short(kind)}. There is {', '.join(KINDS)}.", field="kind")
    try:
        return _ADAPTER.validate_python(dict(data))
    except ValidationError as error:
        raise _invalid_field(error) from None


def read_request(text: str | bytes) -> AnyRequest:
    """Return the request in the JSON *text*, as stored or sent. Raises InvalidField."""
    try:
        return _ADAPTER.validate_json(text)
    except ValidationError as error:
        raise _invalid_field(error) from None


def _invalid_field(error: ValidationError) -> InvalidField:
    first = error.errors(include_url=False)[0]
    field = ".".join(str(part) for part in first["loc"]) or None
    return InvalidField(sentence(first, f"'{field}'" if field else "The body"), field=field)
