"""A picture as a file that says what made it.

Each of the three formats carries the same three things:

- the AUTOMATIC1111 ``parameters`` text: in PNG as the text chunk of that name (tEXt where Latin-1 can write it,
  else iTXt), in JPEG and WebP as EXIF UserComment with the UNICODE prefix and big-endian UTF-16, as A1111 does;
- the whole ``Facts`` with the request as JSON: ``limner:facts`` in the XMP packet;
- IPTC ``DigitalSourceType`` = trainedAlgorithmicMedia: in the same packet.

A JPEG segment holds 64 KB. Where that is too little (a prompt and a negative prompt of 10,000 emoji each), the
JSON moves out of the packet into as many comment segments as it takes, whole, and ``parameters`` is written with
both prompts cut to 7,000 characters. PNG and WebP have no such limit.

The same picture, form and facts give the same bytes, with the same version of Pillow.
"""

from io import BytesIO
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base
from PIL.PngImagePlugin import PngInfo

from limner.pictures.facts import Facts
from limner.pictures.form import MIME, Form
from limner.pictures.packet import facts_json, write_packet
from limner.pictures.read import JPEG_COMMENT, read_facts

__all__ = ["MIME", "Form", "convert", "encode"]

PNG_COMPRESS_LEVEL = 1
"""512 x 512 in 16 to 33 ms; level 6 takes 42 to 69 ms for files 8 to 22 % smaller."""
JPEG_QUALITY = 92
WEBP_QUALITY = 90

JPEG_SEGMENT_BYTES = 65_533
_JPEG_XMP_BYTES = JPEG_SEGMENT_BYTES - 29
_JPEG_LONGEST_PROMPT = 7_000


def encode(image: Image.Image, form: Form, facts: Facts | None) -> bytes:
    """Return *image* as a file of that *form* with *facts* in it; without facts, with no metadata at all.

    JPEG has no transparency: what is transparent becomes white.
    """
    pixels = _bare(image, "RGB" if form == "jpg" else None)
    if form == "png":
        return _saved(pixels, "PNG", compress_level=PNG_COMPRESS_LEVEL, **_in_png(facts))
    if form == "jpg":
        return _saved(pixels, "JPEG", quality=JPEG_QUALITY, subsampling="4:4:4", **_in_jpeg(facts))
    return _saved(pixels, "WEBP", quality=WEBP_QUALITY, **_in_webp(facts))


def convert(png: bytes, form: Form) -> bytes:
    """Return the picture in *png*, a file that ``encode`` made, in another form with the same metadata."""
    if form == "png":
        return png
    with Image.open(BytesIO(png), formats=["PNG"]) as image:
        return encode(image, form, read_facts(png))


def _bare(image: Image.Image, mode: str | None) -> Image.Image:
    """Return a copy with pixels and nothing else: Pillow would write what stands in ``info``."""
    pixels = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if mode == "RGB" and pixels.mode == "RGBA":
        ground = Image.new("RGB", pixels.size, "white")
        ground.paste(pixels, mask=pixels.getchannel("A"))
        pixels = ground
    pixels.info = {}
    return pixels


def _saved(image: Image.Image, name: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def _in_png(facts: Facts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    text = PngInfo()
    text.add_text("parameters", facts.parameters())
    text.add_itxt("XML:com.adobe.xmp", write_packet(facts, facts_json(facts)))
    return {"pnginfo": text}


def _in_webp(facts: Facts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    return {"exif": _exif(facts.parameters()), "xmp": write_packet(facts, facts_json(facts))}


def _in_jpeg(facts: Facts | None) -> dict[str, Any]:
    if facts is None:
        return {}
    exif = _exif(facts.parameters())
    if len(exif) > JPEG_SEGMENT_BYTES:
        exif = _exif(facts.parameters(longest_prompt=_JPEG_LONGEST_PROMPT))
    text = facts_json(facts)
    packet, extra = write_packet(facts, text), b""
    if len(packet) > _JPEG_XMP_BYTES:
        packet, extra = write_packet(facts, None), _comments(text.encode())
    return {"exif": exif, "xmp": packet, "extra": extra}


def _exif(user_comment: str) -> bytes:
    exif = Image.Exif()
    exif.endian = ">"
    exif.get_ifd(IFD.Exif)[Base.UserComment] = b"UNICODE\x00" + user_comment.encode("utf-16-be")
    return exif.tobytes()


def _comments(text: bytes) -> bytes:
    """Return JPEG comment segments that hold *text*, each marked as ours."""
    room = JPEG_SEGMENT_BYTES - len(JPEG_COMMENT)
    bodies = [JPEG_COMMENT + text[start : start + room] for start in range(0, len(text), room)]
    return b"".join(b"\xff\xfe" + (2 + len(body)).to_bytes(2, "big") + body for body in bodies)
