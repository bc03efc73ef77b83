"""The file formats a picture comes in."""

from typing import Literal

Form = Literal["png", "jpg", "webp"]

MIME: dict[Form, str] = {"png": "image/png", "jpg": "image/jpeg", "webp": "image/webp"}


def form_of(data: bytes) -> Form | None:
    """Return the format that the first bytes of *data* announce; None where it is none of ours."""
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    return None
