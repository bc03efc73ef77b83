"""Measures the shipped model by program. `python -m training.evaluate --count 500`.

Pictures of random complete captions are read by the classifier of `training.classifier`, which is trained first
if there is none. The table goes to the screen, into `evaluation.json` and into the model's card.
"""

import argparse
import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import DiffusionPipeline
from torch import Tensor

from training.batches import parts, to_tensor
from training.classifier import Reader, held_out_pictures, load_reader, reader_path, train
from training.device import prepare
from training.home import HELD_OUT, model_folder, work_folder
from training.illustrator import ATTRIBUTES, caption_of, scene_at
from training.reconstruction import psnr
from training.sheet import save_sheet

FIRST = HELD_OUT + 100_000
BATCH = 20
MARKS = ("<!-- evaluation -->", "<!-- end of evaluation -->")
Scores = dict[str, float]


def captions_of(count: int) -> tuple[list[str], Tensor]:
    """Captions that name all five attributes, in every form of the grammar, and the attributes' positions."""
    scenes = [scene_at(FIRST + number) for number in range(count)]
    captions = [caption_of(scene, random.Random(scene.seed), complete=True) for scene in scenes]
    return captions, torch.tensor([scene.labels for scene in scenes])


def generate(
    pipeline: Any, captions: list[str], guidance: float, steps: int
) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """One picture for each caption, seeded by its number, as bytes."""
    made = []
    for start in range(0, len(captions), BATCH):
        batch = captions[start : start + BATCH]
        generators = [torch.Generator().manual_seed(start + number) for number in range(len(batch))]
        pictures = pipeline(
            batch, num_inference_steps=steps, guidance_scale=guidance, generator=generators, output_type="np"
        )
        made.append((np.asarray(pictures.images) * 255).round().astype(np.uint8))
        print(f"guidance {guidance}: {start + len(batch)} of {len(captions)}", flush=True)
    return np.concatenate(made)


def score(reader: Reader, pictures: Tensor, true: Tensor) -> Scores:
    """Return the share of pictures read as captioned, for each attribute and for all together."""
    read = torch.cat([reader.read(part) for part in parts(pictures, 100)])
    right = read == true
    scores = dict(zip(ATTRIBUTES, right.float().mean(0).tolist(), strict=True))
    return {**scores, "all five": float(right.all(1).float().mean())}


def by_value(reader: Reader, pictures: Tensor, true: Tensor) -> dict[str, Scores]:
    """Return the accuracy for every value of every attribute."""
    right = torch.cat([reader.read(part) for part in parts(pictures, 100)]) == true
    table: dict[str, Scores] = {}
    for place, (name, values) in enumerate(ATTRIBUTES.items()):
        chosen = [true[:, place] == number for number in range(len(values))]
        table[name] = {
            value: round(float(right[mask, place].float().mean()), 3)
            for value, mask in zip(values, chosen, strict=True)
        }
    return table


@torch.no_grad()
def autoencoded(autoencoder: Any, pictures: Tensor) -> Tensor:
    """Return the pictures after the autoencoder."""
    rebuilt = [
        autoencoder.decode(autoencoder.encode(part).latent_dist.mode()).sample for part in parts(pictures, 25)
    ]
    return torch.cat(rebuilt).clamp(-1, 1)


def markdown(rows: dict[str, Scores]) -> str:
    """Return the scores as a table, one row for each kind of picture."""
    columns = [*ATTRIBUTES, "all five"]
    lines = [f"| pictures | {' | '.join(columns)} |", f"|---|{'---|' * len(columns)}"]
    for name, scores in rows.items():
        lines.append(f"| {name} | {' | '.join(f'{100 * scores[column]:.1f} %' for column in columns)} |")
    return "\n".join(lines)


def write_into_card(card: Path, text: str) -> None:
    """Replace what stands between the marks in the card, if it has them."""
    if not card.exists() or MARKS[0] not in (old := card.read_text()):
        return
    before, rest = old.split(MARKS[0])
    card.write_text(f"{before}{MARKS[0]}\n{text}\n{MARKS[1]}{rest.split(MARKS[1])[1]}")


def evaluate(folder: Path, count: int, steps: int, guidance: float) -> str:
    """Measures the model in `folder`, writes the results beside it, and returns the table."""
    device = torch.device("cpu")
    if not reader_path().exists():
        train(device, minutes=5, batch=64)
    reader = load_reader(device)
    pipeline: Any = DiffusionPipeline.from_pretrained(folder)
    pipeline.set_progress_bar_config(disable=True)
    drawings, labels = held_out_pictures(500)
    rebuilt = autoencoded(pipeline.vae, drawings)
    captions, wanted = captions_of(count)
    guided = generate(pipeline, captions, guidance, steps)
    save_sheet(guided[:64], work_folder() / "evaluation" / "guided.png")
    free = generate(pipeline, captions[: count // 2], 1.0, steps)
    rows = {
        "true drawings, held out": score(reader, drawings, labels),
        "true drawings after the autoencoder": score(reader, rebuilt, labels),
        f"generated, guidance {guidance:g}": score(reader, to_tensor(guided), wanted),
        "generated, guidance 1": score(reader, to_tensor(free), wanted[: len(free)]),
    }
    sharpness = psnr(rebuilt, drawings)
    table = (
        f"{markdown(rows)}\n\n{count} random captions that name all five attributes, {steps} steps; "
        f"{len(free)} at guidance 1. Autoencoder on 500 held-out drawings: {sharpness:.1f} dB PSNR."
    )
    result = {
        "captions": count, "steps": steps, "guidance": guidance, "psnr_db": round(sharpness, 2),
        "accuracy": {name: {key: round(value, 4) for key, value in row.items()} for name, row in rows.items()},
        "generated_by_value": by_value(reader, to_tensor(guided), wanted),
    }  # fmt: skip
    (folder / "evaluation.json").write_text(json.dumps(result, indent=1) + "\n")
    write_into_card(folder / "README.md", table)
    return table


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--model", type=Path, default=model_folder())
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--guidance", type=float, default=5.0)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    prepare("cpu", options.threads)
    print(evaluate(options.model, options.count, options.steps, options.guidance))


if __name__ == "__main__":
    main()
