"""The form's fields, built from the contract: its titles, help lines and limits stand there and only there."""

from dataclasses import dataclass
from typing import Any

from limner.contracts.request import Request, TextToImage


@dataclass(frozen=True)
class FormField:
    """One field of the panel."""

    name: str
    title: str
    help: str
    example: str
    minimum: float | None
    maximum: float | None
    multiple_of: float | None
    max_length: int | None
    default: Any


def fields(kind: type[Request] = TextToImage) -> dict[str, FormField]:
    """Return the fields of a request kind by name; the default None means the model's own."""
    return {
        name: _field(name, schema)
        for name, schema in kind.model_json_schema()["properties"].items()
        if name != "kind"
    }


def _field(name: str, schema: dict[str, Any]) -> FormField:
    limits = next((each for each in schema.get("anyOf", ()) if each["type"] != "null"), schema)
    return FormField(
        name=name,
        title=schema["title"],
        help=schema["description"],
        example=next(iter(schema.get("examples", ())), ""),
        minimum=limits.get("minimum"),
        maximum=limits.get("maximum"),
        multiple_of=limits.get("multipleOf"),
        max_length=limits.get("maxLength"),
        default=schema.get("default"),
    )
