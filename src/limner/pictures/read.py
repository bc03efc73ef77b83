"""The facts in a picture's file, read back."""

from pydantic import ValidationError

from limner.pictures.chunks import APP1, COMMENT, Chunk, DamagedError, chunks
from limner.pictures.facts import Facts
from limner.pictures.form import Form, form_of
from limner.pictures.packet import MAX_PACKET_BYTES, json_in_packet

JPEG_XMP = b"http://ns.adobe.com/xap/1.0/\x00"
JPEG_COMMENT = b"limner:facts "
PNG_XMP = b"XML:com.adobe.xmp\x00\x00\x00\x00\x00"
"""Keyword, not compressed, no language, no translated keyword: a compressed packet is not ours and not read."""

_PREFIXES: dict[Form, tuple[bytes, bytes]] = {
    "png": (b"iTXt", PNG_XMP),
    "jpg": (APP1, JPEG_XMP),
    "webp": (b"XMP ", b""),
}


def read_facts(data: bytes) -> Facts | None:
    """Return what made the picture in *data*, where ``encode`` wrote it; None for every other file.

    Never raises, whatever the bytes are; nothing is decompressed, and at most 1 MiB is looked into.
    """
    form = form_of(data)
    if form is None:
        return None
    try:
        text = _json(list(chunks(data, form)), form)
        return None if text is None else Facts.model_validate_json(text)
    except (DamagedError, ValidationError):
        return None


def _json(parts: list[Chunk], form: Form) -> str | None:
    kind, prefix = _PREFIXES[form]
    for part in parts:
        if part.kind == kind and part.body.startswith(prefix):
            text = json_in_packet(part.body[len(prefix) :])
            if text is not None:
                return text
    comments = [part.body for part in parts if part.kind == COMMENT and part.body.startswith(JPEG_COMMENT)]
    joined = b"".join(comment.removeprefix(JPEG_COMMENT) for comment in comments)
    return joined.decode("utf-8", "replace") if 0 < len(joined) <= MAX_PACKET_BYTES else None
