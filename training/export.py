"""Writes the shipped model folder from the training states. `python -m training.export`.

The averaged weights are taken as they are at that moment, so an export is possible at any time once the
denoiser has trained a little. Files are swapped in one by one, each whole.
"""

import argparse
import json
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch.nn import functional

from training.batches import parts, to_tensor
from training.device import prepare
from training.diffusion import Denoiser, assemble
from training.drawings import render
from training.home import HELD_OUT, model_folder, work_folder
from training.latents import load_autoencoder
from training.text import load_tokenizer, tokenizer_folder


def load_denoiser(tokenizer: Any) -> Denoiser:
    """Return the averaged text model and U-Net of the training run."""
    model = Denoiser(tokenizer)
    state = torch.load(work_folder() / "diffusion" / "state.pt", map_location="cpu", weights_only=True)
    model.load_state_dict(state["average"])
    return model.eval()


@torch.no_grad()
def fit_preview(autoencoder: Any) -> dict[str, Any]:
    """Return the least-squares linear map from scaled latents to RGB in [0, 1] at latent resolution."""
    drawings = to_tensor(render(HELD_OUT + 2000, 200))
    latents = torch.cat([autoencoder.encode(part).latent_dist.mode() for part in parts(drawings, 25)])
    latents = latents * autoencoder.config.scaling_factor
    colours = (functional.avg_pool2d(drawings, 8) + 1) / 2
    inputs = latents.permute(0, 2, 3, 1).reshape(-1, 4).double().numpy()
    inputs = np.concatenate([inputs, np.ones((len(inputs), 1))], 1)
    solution = np.linalg.lstsq(inputs, colours.permute(0, 2, 3, 1).reshape(-1, 3).double().numpy(), rcond=None)[0]
    return {"weight": solution[:4].round(5).tolist(), "bias": solution[4].round(5).tolist()}


def write_model(target: Path) -> None:
    """Write the pipeline, its tokenizer's files for older readers, and the preview map into `target`."""
    tokenizer, autoencoder = load_tokenizer(), load_autoencoder()
    pipeline = assemble(load_denoiser(tokenizer), tokenizer, autoencoder)
    preview = fit_preview(autoencoder)
    pipeline.unet.half()
    pipeline.vae.half()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pipeline.save_pretrained(folder)
        for file in ("vocab.json", "merges.txt"):
            shutil.copy(tokenizer_folder() / file, folder / "tokenizer" / file)
        (folder / "preview.json").write_text(json.dumps(preview, indent=1) + "\n")
        for source in sorted(path for path in folder.rglob("*") if path.is_file()):
            _swap(source, target / source.relative_to(folder))


def _swap(source: Path, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    fresh = place.with_name(place.name + ".new")
    shutil.copyfile(source, fresh)
    fresh.replace(place)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--out", type=Path, default=model_folder())
    options = parser.parse_args()
    prepare("cpu", 1)
    write_model(options.out)
    size = sum(path.stat().st_size for path in options.out.rglob("*") if path.is_file())
    print(f"{options.out}: {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
