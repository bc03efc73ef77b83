"""The command line, run as a person runs it."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from limner.engines.testcard import draw
from limner.pictures.read import read_facts


def _limner(home: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    settings = {"LIMNER_HOME": str(home), "LIMNER_ENGINES": "testcard", "COLUMNS": "200", **environment}
    return subprocess.run(
        [sys.executable, "-m", "limner.cli", *words],
        env={**os.environ, **settings},
        cwd=home,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.mark.parametrize("name", ["boat.png", "boat.jpg", "boat.webp"])
def test_generate_writes_a_picture_that_says_what_made_it(tmp_path: Path, name: str) -> None:
    said = _limner(tmp_path, "generate", "a boat", "--model", "testcard", "--seed", "5", "--out", name)
    assert (said.returncode, said.stdout) == (0, f"{name}  seed 5\n")
    facts = read_facts((tmp_path / name).read_bytes())
    assert facts is not None
    assert (facts.request.prompt, facts.seed) == ("a boat", 5)


def test_generate_draws_the_same_for_the_same_seed(tmp_path: Path) -> None:
    _limner(tmp_path, "generate", "a boat", "--model", "testcard", "--seed", "5", "--size", "48x32")
    with Image.open(tmp_path / "picture.png") as image:
        assert image.convert("RGB").tobytes() == draw("a boat", 5, 48, 32).tobytes()


def test_generate_numbers_several_pictures(tmp_path: Path) -> None:
    words = ("generate", "a boat", "--model", "testcard", "--seed", "8", "--count", "3", "--json")
    made = json.loads(_limner(tmp_path, *words).stdout)
    assert [picture["seed"] for picture in made["pictures"]] == [8, 9, 10]
    assert [picture["file"] for picture in made["pictures"]] == [f"picture-{n}.png" for n in (1, 2, 3)]
    assert all((tmp_path / picture["file"]).is_file() for picture in made["pictures"])


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["", "--model", "testcard"], "prompt"),
        (["x" * 10_001, "--model", "testcard"], "prompt"),
        (["a boat", "--model", "nowhere"], "nowhere"),
        (["a boat", "--model", "testcard", "--steps", "0"], "num_inference_steps"),
        (["a boat", "--model", "testcard", "--guidance", "nan"], "guidance_scale"),
        (["a boat", "--model", "testcard", "--size", "7x7"], "width"),
        (["a boat", "--model", "testcard", "--size", "large"], "large"),
        (["a boat", "--model", "testcard", "--scheduler", "Magic"], "Magic"),
        (["a boat", "--model", "testcard", "--out", "boat.gif"], "boat.gif"),
        (["a boat", "--model", "testcard", "--out", "nowhere/boat.png"], "nowhere"),
    ],
)
def test_bad_input_is_one_sentence_and_exit_code_2(tmp_path: Path, words: list[str], named: str) -> None:
    said = _limner(tmp_path, "generate", *words)
    assert said.returncode == 2
    assert named in said.stderr
    assert len(said.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.glob("*.png"))


def test_a_failure_of_the_engine_is_one_sentence_and_exit_code_1(tmp_path: Path) -> None:
    said = _limner(tmp_path, "generate", "[oom]", "--model", "testcard")
    assert said.returncode == 1
    assert "memory" in said.stderr


def test_a_model_that_cannot_be_fetched_is_named_with_what_to_do(tmp_path: Path) -> None:
    said = _limner(
        tmp_path,
        "generate",
        "a boat",
        "--model",
        "org/boats",
        LIMNER_ENGINES="diffusion",
        HF_ENDPOINT="http://127.0.0.1:9",
    )
    assert said.returncode == 1
    assert "org/boats" in said.stderr
    assert "org--boats" in said.stderr


def test_models_lists_what_is_there(tmp_path: Path) -> None:
    assert "testcard" in _limner(tmp_path, "models").stdout
    listed = json.loads(_limner(tmp_path, "models", "--json").stdout)
    assert [model["name"] for model in listed["models"]] == ["testcard"]


def test_doctor_says_what_is_missing_and_fails(tmp_path: Path) -> None:
    well = _limner(tmp_path, "doctor", "--json")
    assert (well.returncode, json.loads(well.stdout)["missing"]) == (0, [])
    (tmp_path / "models" / "broken").mkdir(parents=True)
    (tmp_path / "models" / "broken" / "model_index.json").write_text("{")
    ill = _limner(tmp_path, "doctor", LIMNER_ENGINES="diffusion,testcard")
    assert ill.returncode == 1
    assert "broken" in ill.stdout
