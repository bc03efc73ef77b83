"""Pictures that strangers send, turned into pixels and nothing else.

What protects us, in order: the size of the file; its first bytes, which have to be PNG, JPEG or WebP; its parts,
of which in PNG and JPEG only those that make pixels reach Pillow, so that none of its EXIF, profile or text
parsers sees strangers' bytes; the width and height in its header, before a pixel is decoded; the number of scans
of a JPEG. A colour profile is dropped with the rest of the metadata: the numbers are taken as sRGB.
"""

from io import BytesIO
from typing import Literal

from PIL import Image
from PIL.ImageFile import ImageFile
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from limner.contracts.fault import Fault, InvalidField, TooLarge
from limner.pictures.chunks import APP1, APP14, APP15, COMMENT, START_OF_SCAN, Chunk, DamagedError, chunks
from limner.pictures.form import Form, form_of

MAX_BYTES = 20 * 2**20
MAX_PIXELS = 50_000_000
"""Enough for a telephone's 48 megapixels; 150 MB as RGB."""
MAX_SCANS = 64
"""A progressive JPEG has about 10; each one costs a pass over all pixels."""

_MIB = 2**20
_NAMES: dict[Form, str] = {"png": "PNG", "jpg": "JPEG", "webp": "WebP"}
_READERS: dict[Form, type[ImageFile]] = {"png": PngImageFile, "jpg": JpegImageFile, "webp": WebPImageFile}
_PNG_PIXELS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}
_MOVING = {b"acTL", b"fcTL", b"fdAT", b"ANIM", b"ANMF"}

_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""EXIF's Orientation, and what stands the picture upright."""
_ORIENTATION_TAG = 0x0112


def decode(
    data: bytes, *, max_bytes: int = MAX_BYTES, max_pixels: int = MAX_PIXELS, field: str = "file"
) -> Image.Image:
    """Return the picture in *data*, upright, as RGB or (where it has transparency) RGBA, with empty ``info``.

    Raises TooLarge for more bytes or pixels than allowed, InvalidField for everything that is not one still PNG,
    JPEG or WebP picture; both name *field*.
    """
    if len(data) > max_bytes:
        have, allowed = len(data) / _MIB, max_bytes / _MIB
        raise TooLarge(f"The file has {have:.1f} MiB; at most {allowed:g} MiB are accepted.", field=field)
    form = form_of(data)
    if form is None:
        raise InvalidField("The file is not a PNG, JPEG or WebP picture.", field=field)
    try:
        return _upright(data, form, max_pixels, field)
    except (Fault, MemoryError):
        raise
    except Exception as error:  # over a hostile file Pillow raises anything from AssertionError to struct.error
        message = f"The file begins as a {_NAMES[form]} picture and is damaged or cut off."
        raise InvalidField(message, field=field) from error


def _upright(data: bytes, form: Form, max_pixels: int, field: str) -> Image.Image:
    parts = list(chunks(data, form))
    if any(part.kind in _MOVING for part in parts):
        raise InvalidField("The file is an animation; send a single picture.", field=field)
    if form == "webp":
        _check_size(_webp_size(parts), max_pixels, field)
    # Not Image.open: its own size check warns, and warnings can only be silenced for all threads at once.
    with _READERS[form](BytesIO(_pixels_only(data, parts, form))) as picture:
        _check_size(picture.size, max_pixels, field)
        pixels = _plain(picture)
    turn = _TURNS.get(_orientation(parts))
    return pixels if turn is None else pixels.transpose(turn)


def _check_size(size: tuple[int, int], max_pixels: int, field: str) -> None:
    width, height = size
    if width * height > max_pixels:
        have, allowed = width * height / 1e6, max_pixels / 1e6
        raise TooLarge(
            f"The picture has {width} x {height} = {have:.0f} megapixels; at most {allowed:g} are accepted.",
            field=field,
        )


def _pixels_only(data: bytes, parts: list[Chunk], form: Form) -> bytes:
    """Return the file without its metadata; Pillow keeps a WebP's unread, so that one stays as it is."""
    if form == "webp":
        return data
    if form == "png":
        return data[:8] + b"".join(data[part.start : part.end] for part in parts if part.kind in _PNG_PIXELS)
    scans = data[parts[-1].start :]
    if scans.count(START_OF_SCAN) > MAX_SCANS:
        raise DamagedError(f"has more than {MAX_SCANS} scans")
    kept = (
        part
        for part in parts[:-1]
        if part.kind == APP14 or not (APP1 <= part.kind <= APP15 or part.kind == COMMENT)
    )
    return data[:2] + b"".join(data[part.start : part.end] for part in kept) + scans


def _webp_size(parts: list[Chunk]) -> tuple[int, int]:
    """Return width and height from the first chunk (RFC 9649), for its decoder takes memory as it opens."""
    kind, body = parts[0].kind, parts[0].body
    if kind == b"VP8X":
        return 1 + int.from_bytes(body[4:7], "little"), 1 + int.from_bytes(body[7:10], "little")
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    return int.from_bytes(body[6:8], "little") & 0x3FFF, int.from_bytes(body[8:10], "little") & 0x3FFF


def _plain(picture: ImageFile) -> Image.Image:
    if picture.mode.startswith("I;16"):
        picture.load()
        pixels = picture.point(lambda value: value / 256).convert("L").convert("RGB")
    else:
        pixels = picture.convert("RGBA" if picture.has_transparency_data else "RGB")
    pixels.info = {}
    return pixels


def _orientation(parts: list[Chunk]) -> int:
    """Return Orientation from the first EXIF block (TIFF 6.0, image file directory 0); 1, upright, if unsaid."""
    for part in parts:
        if part.kind in {APP1, b"eXIf", b"EXIF"}:
            tiff = part.body.removeprefix(b"Exif\x00\x00")
            if tiff[:2] in {b"II", b"MM"}:
                return _tag(tiff, _ORIENTATION_TAG, "little" if tiff[:2] == b"II" else "big")
    return 1


def _tag(tiff: bytes, tag: int, order: Literal["little", "big"]) -> int:
    def number(at: int, length: int) -> int:
        return int.from_bytes(tiff[at : at + length], order)

    directory = number(4, 4)
    first = directory + 2
    for entry in range(first, min(first + 12 * number(directory, 2), len(tiff)), 12):
        if number(entry, 2) == tag:
            return number(entry + 8, 2)
    return 1
