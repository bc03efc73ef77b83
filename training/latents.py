"""The drawings as latents on disk, made by the frozen encoder. `python -m training.latents --count 48000`."""

import argparse
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch

from training.autoencoder import build_autoencoder, encoder_path
from training.batches import to_tensor
from training.device import half, prepare
from training.drawings import open_drawings
from training.home import PICTURE, work_folder
from training.tally import Tally

BLOCK = 50


def latents_path() -> Path:
    """Return the file of all latents, float16, already multiplied by the scaling factor."""
    return work_folder() / f"latents-{PICTURE}.npy"


def latent_count() -> int:
    """How many latents are finished, counted from index 0."""
    return _tally().read()


def _tally() -> Tally:
    return Tally(work_folder() / "latents-count.txt")


def load_frozen(device: torch.device) -> tuple[Any, float]:
    """Return the autoencoder as it was when its encoder was frozen, and the latents' scaling factor."""
    state = torch.load(encoder_path(), map_location="cpu", weights_only=True)
    model = build_autoencoder()
    model.load_state_dict(state["model"])
    return model.to(device).eval().requires_grad_(requires_grad=False), float(state["scale"])


def load_autoencoder() -> Any:
    """Return the frozen encoder with the latest averaged decoder."""
    model, scale = load_frozen(torch.device("cpu"))
    state = torch.load(work_folder() / "autoencoder" / "state.pt", map_location="cpu", weights_only=True)
    newest = {
        key: value for key, value in state["average"].items() if key.startswith(("decoder.", "post_quant_conv."))
    }
    model.load_state_dict(newest, strict=False)
    model.register_to_config(scaling_factor=scale, force_upcast=False)
    return model


@torch.no_grad()
def encode_all(count: int, device: torch.device) -> None:
    """Encode the missing latents of the first `count` drawings; an interrupted run continues where it was."""
    drawings, (model, scale) = open_drawings(), load_frozen(device)
    count = min(count, len(drawings))
    side = PICTURE // 8
    path, tally = latents_path(), _tally()
    shape = (count, 4, side, side)
    fresh = not path.exists() or np.load(path, mmap_mode="r").shape != shape
    target: Any = np.lib.format.open_memmap(path, "w+" if fresh else "r+", np.float16, shape)
    done = 0 if fresh else latent_count()
    began = time.monotonic()
    for start in range(done, count, BLOCK):
        with half(device):
            part = to_tensor(drawings[start : start + BLOCK]).to(device)
            latents = model.encode(part).latent_dist.mode().float() * scale
        target[start : start + len(part)] = latents.cpu().numpy().astype(np.float16)
        tally.write(start + len(part))
        if start % 2000 == 0:
            print(
                f"{start + len(part)} latents, {(start + BLOCK - done) / (time.monotonic() - began):.0f} a second",
                flush=True,
            )


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--count", type=int, default=48_000)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    encode_all(options.count, prepare(options.device, options.threads))


if __name__ == "__main__":
    main()
