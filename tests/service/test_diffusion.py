"""The diffusion engine on a real, tiny Stable Diffusion folder."""

import json
import shutil
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from limner.contracts.fault import ModelUnusable, OutOfMemory
from limner.contracts.request import TextToImage
from limner.engines.base import Cancelled, EngineSettings, Step
from limner.engines.diffusion.engine import DiffusionEngine
from limner.engines.diffusion.scheduler import NEEDS, SCHEDULERS
from limner.fleet.shelf import Shelf
from limner.testing.diffusion import SIDE, make_stable_diffusion

torch = pytest.importorskip("torch", reason="the engines extra is not installed")
diffusers = pytest.importorskip("diffusers", reason="the engines extra is not installed")

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("models")
    make_stable_diffusion(root / "tiny")
    return root


@pytest.fixture(scope="module")
def engine(models: Path) -> DiffusionEngine:
    return DiffusionEngine(EngineSettings((models,), models, "cpu", threads=1))


@pytest.fixture(scope="module")
def model(engine: DiffusionEngine) -> Any:
    return engine.load("tiny")


def _request(engine: DiffusionEngine, **fields: Any) -> TextToImage:
    asked = {"prompt": "a boat", "model": "tiny", "seed": 7, "num_inference_steps": 4, **fields}
    card = next(card for card in engine.capabilities.models if card.name == "tiny")
    return TextToImage.model_validate(asked).complete(card)


def _draw(model: Any, request: TextToImage) -> list[Image.Image]:
    return list(model.run(request, lambda _: None, lambda: False))


def _bare(folder: Path, request: TextToImage, seed: int) -> Image.Image:
    """What diffusers draws when it is called by hand."""
    pipeline = diffusers.DiffusionPipeline.from_pretrained(folder)
    pipeline.scheduler = getattr(diffusers, str(request.scheduler)).from_config(pipeline.scheduler.config)
    pipeline.set_progress_bar_config(disable=True)
    torch.set_num_threads(1)
    image: Image.Image = pipeline(
        request.prompt,
        negative_prompt=request.negative_prompt or None,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
        width=request.width,
        height=request.height,
        generator=torch.Generator("cpu").manual_seed(seed),
    ).images[0]
    return image


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"num_images": 2},
        {"scheduler": "EulerAncestralDiscreteScheduler"},
        {"guidance_scale": 1.0},
        {"negative_prompt": "a house", "width": 64, "height": 32},
    ],
)
def test_pictures_are_those_of_a_bare_diffusers_call(
    engine: DiffusionEngine, model: Any, models: Path, fields: dict[str, Any]
) -> None:
    request = _request(engine, **fields)
    for image, seed in zip(_draw(model, request), request.seeds(), strict=True):
        assert np.array_equal(np.asarray(image), np.asarray(_bare(models / "tiny", request, seed)))


@pytest.mark.parametrize("scheduler", SCHEDULERS)
def test_every_scheduler_draws(engine: DiffusionEngine, model: Any, scheduler: str) -> None:
    steps: list[Step] = []
    request = _request(engine, scheduler=scheduler, num_inference_steps=5)
    images = list(model.run(request, steps.append, lambda: False))
    assert [image.size for image in images] == [(SIDE, SIDE)]
    assert [step.step for step in steps] == list(range(1, steps[-1].total + 1))


def test_the_table_of_schedulers_is_what_diffusers_offers(models: Path) -> None:
    scheduler = diffusers.DiffusionPipeline.from_pretrained(models / "tiny").scheduler
    offered = {kind.__name__ for kind in scheduler.compatibles} | {"LCMScheduler"}
    needs_another_kind_of_model = {"EDMEulerScheduler"}
    assert offered - needs_another_kind_of_model == {*SCHEDULERS, *NEEDS}


def test_steps_count_over_all_pictures_and_show_previews(engine: DiffusionEngine, model: Any) -> None:
    steps: list[Step] = []
    list(model.run(_request(engine, num_images=2), steps.append, lambda: False))
    assert [(step.step, step.total, step.index) for step in steps] == [(n + 1, 8, n // 4) for n in range(8)]
    assert steps[0].preview is not None
    assert steps[0].preview().size == (SIDE // 8, SIDE // 8)


def test_a_cancelled_run_stops_at_the_next_step(engine: DiffusionEngine, model: Any) -> None:
    looks = count(1)
    with pytest.raises(Cancelled):
        list(model.run(_request(engine), lambda _: None, lambda: next(looks) == 2))
    assert next(looks) == 3


def test_a_hash_names_the_weights(engine: DiffusionEngine, models: Path, tmp_path: Path) -> None:
    shutil.copytree(models / "tiny", tmp_path / "same")
    make_stable_diffusion(tmp_path / "other", seed=1)
    cards = DiffusionEngine(EngineSettings((tmp_path,), tmp_path)).capabilities.models
    own = engine.capabilities.models[0].hash
    assert {card.name: card.hash == own for card in cards} == {"same": True, "other": False}


def test_a_models_own_notes_set_its_limits_and_defaults(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "tiny", tmp_path / "noted")
    notes = {"title": "Noted", "guidance_scale": 5.0, "sides": {"minimum": 24, "maximum": 48}}
    (folder / "limner.json").write_text(json.dumps(notes))
    card = DiffusionEngine(EngineSettings((tmp_path,))).capabilities.models[0]
    assert (card.title, card.defaults.guidance_scale, card.sides.maximum) == ("Noted", 5.0, 48)


def _break(folder: Path, how: str) -> None:  # noqa: C901 - one case for each way
    index = json.loads((folder / "model_index.json").read_text())
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    match how:
        case "no json":
            (folder / "model_index.json").write_text("{")
        case "foreign class":
            (folder / "model_index.json").write_text(json.dumps({**index, "_class_name": "MyPipeline"}))
        case "own code":
            (folder / "model_index.json").write_text(json.dumps({**index, "unet": ["my_module", "Net"]}))
        case "only a pickle":
            weights.rename(weights.with_suffix(".bin"))
        case "only a variant":
            weights.rename(weights.with_suffix(".fp16.safetensors"))
        case "no steps":
            (folder / "limner.json").write_text('{"num_inference_steps": 0}')
        case "no scheduler":
            del index["scheduler"]
            (folder / "model_index.json").write_text(json.dumps(index))
        case "dangling weights":
            weights.unlink()
            weights.symlink_to(folder / "nowhere")
        case "huge sides":
            config = json.loads((folder / "unet" / "config.json").read_text())
            (folder / "unet" / "config.json").write_text(json.dumps({**config, "sample_size": 10**6}))
        case "no config":
            (folder / "unet" / "config.json").unlink()
        case "wrong notes":
            (folder / "limner.json").write_text('{"colour": "red"}')


@pytest.mark.parametrize(
    "how",
    [
        "no json",
        "foreign class",
        "own code",
        "only a pickle",
        "only a variant",
        "no scheduler",
        "dangling weights",
        "huge sides",
        "no steps",
        "no config",
        "wrong notes",
    ],
)
def test_a_broken_model_is_named_in_a_sentence_and_the_others_load(models: Path, tmp_path: Path, how: str) -> None:
    shutil.copytree(models / "tiny", tmp_path / "good")
    _break(shutil.copytree(models / "tiny", tmp_path / "bad"), how)
    capabilities = DiffusionEngine(EngineSettings((tmp_path,))).capabilities
    assert [card.name for card in capabilities.models] == ["good"]
    assert capabilities.broken[0].name == "bad"
    assert "bad" in capabilities.broken[0].reason
    assert capabilities.broken[0].reason.endswith(".")


def test_weights_that_are_cut_short_are_a_sentence(models: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(models / "tiny", tmp_path / "cut")
    weights = folder / "unet" / "diffusion_pytorch_model.safetensors"
    weights.write_bytes(weights.read_bytes()[:-100])
    engine = DiffusionEngine(EngineSettings((tmp_path,), tmp_path, "cpu"))
    with pytest.raises(ModelUnusable, match="cut"):
        engine.load("cut")


def test_a_model_larger_than_the_budget_is_refused_before_it_is_read(engine: DiffusionEngine) -> None:
    with pytest.raises(OutOfMemory, match="tiny"), Shelf(budget_bytes=1000).borrow(engine, "tiny"):
        pass


def test_the_estimate_is_what_the_model_takes(engine: DiffusionEngine, model: Any) -> None:
    assert engine.estimate_bytes("tiny") == pytest.approx(model.size_bytes, rel=0.05)
