"""Uploads become plain pixels, or one sentence that says why not."""

import struct
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.contracts.fault import InvalidField, TooLarge
from limner.pictures.decode import decode
from limner.pictures.thumbnail import thumbnail

PICTURE = Image.linear_gradient("L").resize((40, 20)).convert("RGB")
FORMATS = ("PNG", "JPEG", "WEBP")


def saved(image: Image.Image, name: str, **options: Any) -> bytes:
    file = BytesIO()
    image.save(file, name, **options)
    return file.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, *middle: bytes) -> bytes:
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + b"".join(middle) + chunk(b"IEND", b"")


def exif(orientation: int) -> bytes:
    block = Image.Exif()
    block[0x0112] = orientation
    return block.tobytes()


@pytest.mark.parametrize("name", FORMATS)
def test_a_picture_comes_out_as_plain_pixels(name: str) -> None:
    options: dict[str, Any] = {"exif": exif(1), "icc_profile": b"p" * 200, "xmp": b"<x/>"}
    pixels = decode(saved(PICTURE, name, **options))
    assert (pixels.mode, pixels.size, pixels.info) == ("RGB", (40, 20), {})
    assert type(pixels) is Image.Image


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16", "CMYK"])
def test_every_pixel_mode_becomes_rgb_or_rgba(mode: str) -> None:
    name = "JPEG" if mode == "CMYK" else "PNG"
    grey = Image.new("RGB", (16, 16), (204, 204, 204)).convert(mode if mode != "I;16" else "L")
    image = Image.new("I;16", (16, 16), 204 * 256) if mode == "I;16" else grey
    pixels = decode(saved(image, name))
    assert pixels.mode == ("RGBA" if mode in {"LA", "RGBA"} else "RGB")
    if mode != "1":
        assert pixels.convert("L").getpixel((8, 8)) == pytest.approx(204, abs=4)


def test_a_transparent_palette_becomes_rgba() -> None:
    image = PICTURE.convert("P")
    assert decode(saved(image, "PNG", transparency=b"\x00\x80")).mode == "RGBA"


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_is_turned_upright(name: str, orientation: int) -> None:
    upright = decode(saved(PICTURE, name, exif=exif(orientation)))
    assert upright.size == ((40, 20) if orientation < 5 else (20, 40))


def test_turning_agrees_with_what_the_camera_meant() -> None:
    left_dark = Image.new("RGB", (2, 1))
    left_dark.putpixel((1, 0), (255, 255, 255))
    upright = decode(saved(left_dark, "PNG", exif=exif(6)))
    assert [upright.getpixel((0, y)) for y in (0, 1)] == [(0, 0, 0), (255, 255, 255)]


@pytest.mark.parametrize(
    "data",
    [
        png(50_000, 50_000, chunk(b"IDAT", zlib.compress(bytes(1000)))),
        saved(PICTURE, "JPEG").replace(struct.pack(">HH", 20, 40), struct.pack(">HH", 50_000, 50_000)),
        saved(PICTURE.convert("RGBA"), "WEBP", lossless=True, xmp=b"<x/>").replace(
            b"\x27\x00\x00\x13\x00\x00", (49_999).to_bytes(3, "little") * 2, 1
        ),
    ],
    ids=FORMATS,
)
def test_a_huge_picture_is_refused_before_it_is_decoded(data: bytes) -> None:
    with pytest.raises(TooLarge, match=r"50000 x 50000 = 2500 megapixels; at most 50 are accepted\.$") as refusal:
        decode(data, field="mask_image")
    assert refusal.value.field == "mask_image"


@pytest.mark.parametrize("name", ["VP8L", "VP8"])
def test_a_webp_without_extended_header_is_measured_too(name: str) -> None:
    with pytest.raises(TooLarge, match="40 x 20"):
        decode(saved(PICTURE, "WEBP", lossless=name == "VP8L"), max_pixels=799)


def test_too_many_bytes_are_refused_with_the_limit() -> None:
    with pytest.raises(TooLarge, match=r"^The file has 3\.0 MiB; at most 2 MiB are accepted\.$"):
        decode(bytes(3 * 2**20), max_bytes=2 * 2**20)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04" + saved(PICTURE, "PNG"),
        saved(PICTURE, "GIF"),
        saved(PICTURE, "BMP"),
        saved(PICTURE, "TIFF"),
        b"%PDF-1.4\n" + saved(PICTURE, "JPEG"),
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
    ],
    ids=["empty", "text", "svg", "zip", "gif", "bmp", "tiff", "pdf", "wav"],
)
def test_what_is_no_png_jpeg_or_webp_is_refused(data: bytes) -> None:
    with pytest.raises(InvalidField, match=r"^The file is not a PNG, JPEG or WebP picture\.$"):
        decode(data)


@pytest.mark.parametrize("name", FORMATS)
def test_a_cut_off_picture_is_refused(name: str) -> None:
    data = saved(Image.effect_noise((64, 64), 90).convert("RGB"), name)
    with pytest.raises(InvalidField, match=r"^The file begins as a .* picture and is damaged or cut off\.$"):
        decode(data[: len(data) // 2])


@pytest.mark.parametrize("name", ["PNG", "WEBP"])
def test_an_animation_is_refused(name: str) -> None:
    data = saved(PICTURE, name, save_all=True, append_images=[PICTURE.rotate(180)])
    with pytest.raises(InvalidField, match="send a single picture"):
        decode(data)


def test_a_bomb_in_the_pixels_costs_no_more_than_the_header_says() -> None:
    data = png(8, 8, chunk(b"IDAT", zlib.compress(bytes(100_000_000), 9)))
    assert decode(data).size == (8, 8)


def test_bombs_in_the_metadata_are_never_opened() -> None:
    bomb = zlib.compress(bytes(50_000_000), 9)
    texts = [
        chunk(b"zTXt", b"a\x00\x00" + bomb),
        chunk(b"iCCP", b"a\x00\x00" + bomb),
        chunk(b"acTL"[:3] + b"l", b""),
    ]
    pixels = chunk(b"IDAT", zlib.compress(bytes(8 * 25)))
    assert decode(png(8, 8, *texts, pixels)).size == (8, 8)


def test_a_jpeg_of_endless_scans_is_refused() -> None:
    data = saved(PICTURE, "JPEG", progressive=True)
    scan = data[data.rindex(b"\xff\xda") : -2]
    with pytest.raises(InvalidField, match="damaged"):
        decode(data[:-2] + scan * 100 + data[-2:])


@pytest.mark.parametrize("name", FORMATS)
def test_what_hides_behind_or_inside_a_picture_does_not_come_out(name: str) -> None:
    script = b"<script>alert(1)</script>"
    data = saved(PICTURE, name, exif=exif(1) + script, xmp=script) + script
    assert script not in saved(decode(data), "PNG", compress_level=0)


def test_broken_exif_is_no_reason_to_refuse_a_photograph() -> None:
    for block in (
        b"Exif\x00\x00",
        b"Exif\x00\x00II*\x00\xff\xff\xff\xff",
        b"Exif\x00\x00MM\x00*\x00\x00\x00\x08\xff\xff",
    ):
        assert decode(saved(PICTURE, "JPEG", exif=block)).size == (40, 20)


@settings(max_examples=100, deadline=None)
@given(name=st.sampled_from(FORMATS), at=st.integers(0, 1200), junk=st.binary(min_size=1, max_size=6))
def test_damage_anywhere_ends_in_pixels_or_in_a_fault(name: str, at: int, junk: bytes) -> None:
    data = saved(PICTURE, name, exif=exif(6), xmp=b"<x/>")
    with suppress(InvalidField, TooLarge):
        assert decode(data[:at] + junk + data[at + len(junk) :]).mode in {"RGB", "RGBA"}


def test_threads_may_decode_at_once() -> None:
    files = [saved(PICTURE, name) for name in FORMATS] * 8
    with ThreadPoolExecutor(4) as pool:
        assert {picture.size for picture in pool.map(decode, files)} == {(40, 20)}


def test_a_thumbnail_is_a_small_webp_that_keeps_the_shape() -> None:
    picture = Image.new("RGBA", (1024, 256), (0, 0, 0, 0))
    with Image.open(BytesIO(thumbnail(picture, longest=128))) as small:
        assert (small.format, small.mode, small.size) == ("WEBP", "RGBA", (128, 32))
    assert picture.size == (1024, 256)


def test_a_thumbnail_never_enlarges_and_carries_no_metadata() -> None:
    carrying = PICTURE.copy()
    carrying.info = {"exif": b"secret", "xmp": b"secret", "icc_profile": b"secret"}
    with Image.open(BytesIO(thumbnail(carrying))) as small:
        assert small.size == (40, 20)
        assert not {"exif", "xmp", "icc_profile"} & set(small.info)
