import json
import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from limner.contracts.canonical import cache_key, canonical_json
from limner.contracts.event import JOB_EVENT, Failed, JobEvent, PictureMade, Progress, Started, Succeeded
from limner.contracts.fault import FaultReport, InvalidField
from limner.contracts.request import MAX_SEED, TextToImage, parse_request, read_request
from limner.engines.testcard import CARD

ALLOWED = st.characters(exclude_categories=("Cs", "Cc"))
PROMPTS = st.text(ALLOWED, max_size=60).map("a{}".format)
REQUESTS = st.builds(
    TextToImage,
    prompt=PROMPTS,
    negative_prompt=st.text(ALLOWED, max_size=30),
    seed=st.none() | st.integers(0, MAX_SEED),
    num_images=st.integers(1, 16),
    num_inference_steps=st.none() | st.integers(1, 500),
    guidance_scale=st.none() | st.floats(0, 50),
    width=st.none() | st.integers(2, 128).map(lambda n: n * 8),
    height=st.none() | st.integers(2, 128).map(lambda n: n * 8),
)
NUMBERS = {"job_id": st.uuids().map(str), "attempt": st.integers(1, 99), "seq": st.integers(0, 10**6)}
EVENTS: st.SearchStrategy[JobEvent] = st.one_of(
    st.builds(Started, **NUMBERS),
    st.builds(Progress, step=st.integers(0, 500), total=st.integers(1, 500), **NUMBERS),
    st.builds(PictureMade, index=st.integers(0, 15), seed=st.integers(0, MAX_SEED), **NUMBERS),
    st.builds(Succeeded, seconds=st.floats(0, 1e6), **NUMBERS),
    st.builds(Failed, fault=st.builds(FaultReport, code=st.just("x"), message=PROMPTS), **NUMBERS),
)


@given(REQUESTS)
def test_a_request_survives_json(request: TextToImage) -> None:
    assert read_request(canonical_json(request)) == request
    assert parse_request(json.loads(canonical_json(request))) == request


@given(REQUESTS)
def test_equal_requests_have_one_spelling_however_they_were_written(request: TextToImage) -> None:
    fields = json.loads(canonical_json(request))
    turned = dict(reversed(fields.items()))
    if isinstance(turned["guidance_scale"], float) and turned["guidance_scale"].is_integer():
        turned["guidance_scale"] = int(turned["guidance_scale"])
    assert canonical_json(parse_request(turned)) == canonical_json(request)


@given(EVENTS)
def test_an_event_survives_json(event: JobEvent) -> None:
    assert JOB_EVENT.validate_json(JOB_EVENT.dump_json(event)) == event


def test_the_cache_key_changes_with_everything_that_changes_pixels() -> None:
    request = TextToImage(prompt="a boat", seed=1)
    keys = {
        cache_key(request, model_hash="a", engine_version="1"),
        cache_key(request.model_copy(update={"seed": 2}), model_hash="a", engine_version="1"),
        cache_key(request, model_hash="b", engine_version="1"),
        cache_key(request, model_hash="a", engine_version="2"),
        cache_key(request, model_hash="a", engine_version="1", inputs={"image": "f"}),
    }
    assert len(keys) == 5


def test_a_complete_request_says_everything() -> None:
    whole = TextToImage(prompt="a boat", model="testcard").complete(CARD)
    assert None not in whole.model_dump().values()
    assert whole.complete(CARD) == whole


def test_pictures_count_their_seeds_up() -> None:
    assert TextToImage(prompt="a boat", seed=7, num_images=3).seeds() == [7, 8, 9]


def test_a_request_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        TextToImage(prompt="a boat").prompt = "a house"  # type: ignore[misc]


BAD: list[tuple[dict[str, Any], str]] = [
    ({"prompt": ""}, "prompt"),
    ({"prompt": "  \n "}, "prompt"),
    ({"prompt": "x" * 10_001}, "prompt"),
    ({"prompt": "bell \x07"}, "prompt"),
    ({"prompt": "nul \x00"}, "prompt"),
    ({"prompt": "half \ud800"}, "prompt"),
    ({"prompt": 5}, "prompt"),
    ({"negative_prompt": "\x1b[31m"}, "negative_prompt"),
    ({"width": 7}, "width"),
    ({"width": 12}, "width"),
    ({"width": 100_000}, "width"),
    ({"width": 64.5}, "width"),
    ({"height": "tall"}, "height"),
    ({"num_inference_steps": 0}, "num_inference_steps"),
    ({"num_inference_steps": 10_000}, "num_inference_steps"),
    ({"num_inference_steps": True}, "num_inference_steps"),
    ({"guidance_scale": math.nan}, "guidance_scale"),
    ({"guidance_scale": math.inf}, "guidance_scale"),
    ({"guidance_scale": -1}, "guidance_scale"),
    ({"guidance_scale": "7"}, "guidance_scale"),
    ({"guidance_scale": True}, "guidance_scale"),
    ({"prompt": "\u200b\u200d"}, "prompt"),
    ({"seed": -1}, "seed"),
    ({"seed": 2**32}, "seed"),
    ({"seed": "1"}, "seed"),
    ({"num_images": 0}, "num_images"),
    ({"num_images": 17}, "num_images"),
    ({"colour": "red"}, "colour"),
    ({"kind": "text-to-speech"}, "kind"),
    ({"kind": None}, "kind"),
    ({"kind": ["text-to-image"]}, "kind"),
]


@pytest.mark.parametrize(("wrong", "field"), BAD)
def test_a_wrong_value_is_named_in_one_sentence(wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        parse_request({"kind": "text-to-image", "prompt": "a boat", **wrong})
    assert caught.value.field == field
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    assert len(caught.value.message) < 200


@pytest.mark.parametrize("body", [None, 5, "text", [], [{"kind": "text-to-image"}]])
def test_what_is_no_object_is_refused(body: object) -> None:
    with pytest.raises(InvalidField):
        parse_request(body)


@pytest.mark.parametrize(
    "prompt", ["🚀 over 🏔️", "été à la mer", "две лодки", "two\nlines\tand a tab", "x" * 10_000]
)
def test_any_plain_text_is_a_prompt(prompt: str) -> None:
    assert TextToImage(prompt=prompt).prompt == prompt


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"width": 1032}, "width"),
        ({"seed": MAX_SEED, "num_images": 2}, "seed"),
        ({"height": 8}, "height"),
        ({"scheduler": "Magic"}, "scheduler"),
    ],
)
def test_what_a_model_cannot_do_is_refused_by_name(asked: dict[str, Any], field: str) -> None:
    with pytest.raises(InvalidField) as caught:
        TextToImage(prompt="a boat", **asked).complete(CARD)
    assert caught.value.field == field
