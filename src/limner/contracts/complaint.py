"""Pydantic's complaints as sentences for people."""

from collections.abc import Mapping
from typing import Any


def sentence(error: Mapping[str, Any], name: str) -> str:
    """Return one of ``ValidationError.errors()`` as a sentence about *name*."""
    message = str(error["msg"]).removeprefix("Value error, ")
    pattern = "{name} {msg}." if error["type"] == "value_error" else _SENTENCES.get(error["type"], _OTHER)
    given = short(error.get("input"))
    return pattern.format(name=name, msg=message, given=given, **error.get("ctx", {}))


def short(value: object, limit: int = 40) -> str:
    """Return *value* as Python writes it, cut to *limit* characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


_OTHER = "{name} cannot be used: {msg}."
_WHOLE = "{name} has to be a whole number, not {given}."
_NUMBER = "{name} has to be a number, not {given}."
_SENTENCES = {
    "missing": "{name} is missing.",
    "extra_forbidden": "There is no field {name}.",
    "string_too_long": "{name} may have at most {max_length} characters.",
    "string_too_short": "{name} is empty.",
    "string_type": "{name} has to be text.",
    "string_unicode": "{name} is not valid Unicode text.",
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": "{name} has to be a finite number.",
    "greater_than": "{name} has to be more than {gt}, not {given}.",
    "greater_than_equal": "{name} has to be at least {ge}, not {given}.",
    "less_than_equal": "{name} may be at most {le}, not {given}.",
    "multiple_of": "{name} has to be a multiple of {multiple_of}, not {given}.",
    "literal_error": "{name} has to be {expected}.",
    "uuid_parsing": "{name} has to be an id.",
    "json_invalid": "The body is not valid JSON.",
}
