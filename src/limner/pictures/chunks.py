"""The labelled parts of a PNG, JPEG or WebP file, found without decoding any of them.

The work is bounded by the length of the file and MAX_CHUNKS, whatever the file says of itself.
"""

from collections.abc import Iterator
from typing import NamedTuple

from limner.pictures.form import Form

MAX_CHUNKS = 100_000

START_OF_SCAN = b"\xff\xda"
APP1 = b"\xff\xe1"
APP14 = b"\xff\xee"
APP15 = b"\xff\xef"
COMMENT = b"\xff\xfe"

_PNG_SIGNATURE_BYTES = 8
_RIFF_HEADER_BYTES = 12


class DamagedError(ValueError):
    """The file is cut off or does not follow its format."""


class Chunk(NamedTuple):
    """One part: its type as the format writes it, what it holds, and where it lies in the file, header and all."""

    kind: bytes
    body: bytes
    start: int
    end: int


def chunks(data: bytes, form: Form) -> Iterator[Chunk]:
    """Yield the parts of *data* in order; of a JPEG, those before its first scan and the scan's own header.

    Raises DamagedError where the file ends early or is not what *form* says.
    """
    parts = {"png": _png, "jpg": _jpeg, "webp": _webp}[form](data)
    for count, chunk in enumerate(parts):
        if count == MAX_CHUNKS:
            raise DamagedError(f"has more than {MAX_CHUNKS} parts")
        yield chunk


def _png(data: bytes) -> Iterator[Chunk]:
    start = _PNG_SIGNATURE_BYTES
    kind = b""
    while kind != b"IEND":
        length = int.from_bytes(_slice(data, start, 4), "big")
        kind = _slice(data, start + 4, 4)
        end = start + 12 + length
        yield Chunk(kind, _slice(data, start + 8, length + 4)[:length], start, end)
        start = end


def _webp(data: bytes) -> Iterator[Chunk]:
    start = _RIFF_HEADER_BYTES
    stop = 8 + int.from_bytes(_slice(data, 4, 4), "little")
    while start < stop:
        kind = _slice(data, start, 4)
        length = int.from_bytes(_slice(data, start + 4, 4), "little")
        end = start + 8 + length + length % 2
        yield Chunk(kind, _slice(data, start + 8, length), start, end)
        start = end


def _jpeg(data: bytes) -> Iterator[Chunk]:
    start = 2
    kind = b""
    while kind != START_OF_SCAN:
        while _slice(data, start, 2) == b"\xff\xff":
            start += 1
        kind = _slice(data, start, 2)
        length = int.from_bytes(_slice(data, start + 2, 2), "big")
        if kind[0] != 0xFF or length < 2:  # noqa: PLR2004 - a length counts its own two bytes
            raise DamagedError(f"has no marker at byte {start}")
        end = start + 2 + length
        yield Chunk(kind, _slice(data, start + 4, length - 2), start, end)
        start = end


def _slice(data: bytes, start: int, length: int) -> bytes:
    part = data[start : start + length]
    if len(part) != length:
        raise DamagedError(f"ends at byte {len(data)}, in the middle of a part")
    return part
