"""What a picture says of its making survives in every format, and strangers' files cannot abuse the reader."""

import xml.etree.ElementTree as ET
import zlib
from io import BytesIO
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from limner.contracts.request import MAX_PROMPT_CHARS, MAX_SEED, TextToImage
from limner.pictures.encode import MIME, Form, convert, encode
from limner.pictures.facts import Facts
from limner.pictures.packet import MADE_BY_A_MODEL
from limner.pictures.read import read_facts

FORMS: tuple[Form, ...] = get_args(Form)
PICTURE = Image.linear_gradient("L").resize((16, 8)).convert("RGB")

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("\n\r\t<&]\"'"), max_size=80)
requests = st.builds(
    TextToImage,
    prompt=words.map("{}a".format),
    negative_prompt=words,
    seed=st.integers(0, MAX_SEED),
    num_images=st.just(4),
    num_inference_steps=st.integers(1, 500),
    guidance_scale=st.floats(0, 50),
    width=st.just(16),
    height=st.just(8),
    scheduler=st.sampled_from(["DDIMScheduler", "DEISMultistepScheduler"]),
)


def facts(**changes: Any) -> Facts:
    asked = {
        "prompt": "a red boat",
        "negative_prompt": "rain",
        "seed": 4,
        "num_images": 2,
        "num_inference_steps": 20,
        "guidance_scale": 5.0,
        "width": 16,
        "height": 8,
        "scheduler": "EulerAncestralDiscreteScheduler",
    }
    return made_by(TextToImage.model_validate(asked | changes))


def made_by(request: TextToImage) -> Facts:
    return Facts(
        request=request,
        index=1,
        seed=(request.seed or 0) + 1,
        model_title="Limner starter",
        model_hash="0123456789abcdef",
        engine_version="1",
        limner_version="0.1.0",
    )


def parameters_in(data: bytes) -> str:
    """Read the text as AUTOMATIC1111 does."""
    with Image.open(BytesIO(data)) as picture:
        picture.load()
        if "parameters" in picture.info:
            return str(picture.info["parameters"])
        comment: bytes = picture.getexif().get_ifd(0x8769)[0x9286]
    assert comment.startswith(b"UNICODE\x00")
    return comment[8:].decode("utf-16-be")


@settings(max_examples=40, deadline=None)
@given(request=requests)
def test_any_prompt_survives_in_every_format(request: TextToImage) -> None:
    made = made_by(request)
    for form in FORMS:
        data = encode(PICTURE, form, made)
        assert read_facts(data) == made
        assert parameters_in(data) == made.parameters()


@pytest.mark.parametrize("form", FORMS)
def test_ten_thousand_emoji_survive_in_every_format(form: Form) -> None:
    made = facts(prompt="😀" * MAX_PROMPT_CHARS, negative_prompt="🌧" * MAX_PROMPT_CHARS)
    data = encode(PICTURE, form, made)
    assert read_facts(data) == made
    assert parameters_in(data).endswith("Model: Limner starter, Version: Limner 0.1.0")


def test_a_jpeg_keeps_ten_thousand_emoji_of_the_parameters_text_whole() -> None:
    made = facts(prompt="😀" * MAX_PROMPT_CHARS)
    assert parameters_in(encode(PICTURE, "jpg", made)) == made.parameters()


def test_parameters_read_as_automatic1111_writes_them() -> None:
    assert facts(guidance_scale=7.5).parameters() == (
        "a red boat\nNegative prompt: rain\n"
        "Steps: 20, Sampler: Euler a, CFG scale: 7.5, Seed: 5, Size: 16x8, Model hash: 0123456789, "
        "Model: Limner starter, Version: Limner 0.1.0"
    )


def test_parameters_leave_out_an_empty_negative_prompt_and_quote_what_has_a_comma() -> None:
    made = facts(negative_prompt="").model_copy(update={"model_title": "Boats, v1: red"})
    lines = made.parameters().splitlines()
    assert len(lines) == 2
    assert 'CFG scale: 5, Seed: 5, Size: 16x8, Model hash: 0123456789, Model: "Boats, v1: red", ' in lines[1]


def test_a_scheduler_unknown_to_automatic1111_keeps_its_own_name() -> None:
    assert "Sampler: DEISMultistepScheduler, " in facts(scheduler="DEISMultistepScheduler").parameters()


@pytest.mark.parametrize("form", FORMS)
def test_converting_carries_pixels_and_metadata_over(form: Form) -> None:
    data = convert(encode(PICTURE, "png", facts()), form)
    assert data == encode(PICTURE, form, facts())
    with Image.open(BytesIO(data)) as picture:
        assert MIME[form] == picture.get_format_mimetype()


@pytest.mark.parametrize("form", FORMS)
def test_every_picture_says_that_a_model_made_it(form: Form) -> None:
    with Image.open(BytesIO(encode(PICTURE, form, facts(prompt="<&>\ufffe\uffff")))) as picture:
        packet = picture.info["xmp"]
    root = ET.fromstring(packet.decode())  # noqa: S314 - our own packet
    source = root.find(".//{http://iptc.org/std/Iptc4xmpExt/2008-02-29/}DigitalSourceType")
    assert source is not None
    assert source.text == MADE_BY_A_MODEL


@pytest.mark.parametrize("form", FORMS)
def test_without_facts_nothing_is_written_not_even_what_the_picture_carried(form: Form) -> None:
    carrying = PICTURE.copy()
    carrying.info = {"comment": b"home address", "icc_profile": b"x" * 200, "exif": b"secret", "xmp": b"secret"}
    data = encode(carrying, form, None)
    assert data == encode(PICTURE, form, None)
    assert read_facts(data) is None


def test_transparency_is_kept_where_the_format_has_it_and_white_in_jpeg() -> None:
    clear = Image.new("RGBA", (16, 8), (0, 0, 0, 0))
    modes = {form: Image.open(BytesIO(encode(clear, form, None))) for form in FORMS}
    assert {form: picture.mode for form, picture in modes.items()} == {"png": "RGBA", "webp": "RGBA", "jpg": "RGB"}
    assert modes["jpg"].getpixel((3, 3)) == (255, 255, 255)


def png_with(kind: bytes, body: bytes) -> bytes:
    """Return a PNG with one more chunk after its header."""
    plain = encode(PICTURE, "png", None)
    chunk = len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")
    return plain[:33] + chunk + plain[33:]


XMP_KEY = b"XML:com.adobe.xmp\x00"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><limner:facts>&b;</limner:facts>'


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe1\x00\x00",
        b"RIFF\xff\xff\xff\xffWEBPXMP \xff\xff\xff\xff",
        png_with(b"iTXt", XMP_KEY + b"\x00" * 4 + LAUGHS),
        png_with(b"iTXt", XMP_KEY + b"\x01\x00\x00\x00" + zlib.compress(bytes(50_000_000), 9)),
        png_with(b"iTXt", XMP_KEY + b"\x00" * 4 + b"<limner:facts>" + b"[" * 500_000 + b"</limner:facts>"),
        png_with(b"iTXt", XMP_KEY + b"\x00" * 4 + b"<limner:facts>" * 300_000),
        png_with(b"iTXt", XMP_KEY + b"\x00" * 4 + b'<limner:facts>{"seed": 1e999}</limner:facts>'),
        encode(PICTURE, "jpg", facts())[:300],
    ],
    ids=["empty", "bare-png", "bare-jpeg", "long-webp", "entities", "bomb", "nested", "repeated", "half", "cut"],
)
def test_a_hostile_file_has_no_facts_and_raises_nothing(data: bytes) -> None:
    assert read_facts(data) is None


@settings(max_examples=60, deadline=None)
@given(form=st.sampled_from(FORMS), at=st.integers(0, 2000), junk=st.binary(max_size=8))
def test_reading_a_damaged_file_never_raises(form: Form, at: int, junk: bytes) -> None:
    data = encode(PICTURE, form, facts())
    read_facts(data[:at] + junk + data[at + len(junk) :])
