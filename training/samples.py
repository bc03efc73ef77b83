"""Makes the card's contact sheet through plain diffusers. `python -m training.samples`."""

import argparse
from pathlib import Path
from typing import Any, Final

import torch
from diffusers import DiffusionPipeline

from training.device import prepare
from training.home import model_folder
from training.sheet import contact_sheet

CAPTIONS: Final = (
    "a red boat on the sea at sunset",
    "a yellow house in the meadow by day",
    "a purple castle in the forest at night",
    "a turquoise hot air balloon in the mountains at dawn",
    "a white lighthouse by the sea at night in the rain",
    "a green cactus in the desert at sunset",
    "an orange cat in the city while it snows",
    "a blue rocket in the arctic at night",
    "a pink tree on a lake at dawn under a cloudy sky",
    "a red windmill in a green field in the morning",
    "a purple mushroom in the woods by day",
    "a yellow tent in the alps in the evening",
    "a blue car in town at night",
    "a red umbrella on the sand at noon",
    "an orange flower in the meadow at sunrise in the fog",
    "a black boat on a lake at sunset in falling snow",
)
COLUMNS: Final = 4


def make_samples(folder: Path, steps: int, guidance: float) -> Path:
    """Write `samples.jpg` beside the model: one picture for each caption, seeds 0, 1, 2 ..., nothing picked."""
    pipeline: Any = DiffusionPipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    generators = [torch.Generator().manual_seed(number) for number in range(len(CAPTIONS))]
    made = pipeline(list(CAPTIONS), num_inference_steps=steps, guidance_scale=guidance, generator=generators)
    path = folder / "samples.jpg"
    contact_sheet(made.images, COLUMNS, zoom=2, gap=4).save(path, quality=82)
    return path


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", type=Path, default=model_folder())
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=5.0)
    options = parser.parse_args()
    prepare("cpu", 1)
    print(make_samples(options.model, options.steps, options.guidance))


if __name__ == "__main__":
    main()
