"""A small network that reads a drawing's attributes. `python -m training.classifier --minutes 8`."""

import argparse
import math
from pathlib import Path

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.batches import shuffled, to_tensor
from training.device import half, prepare
from training.drawings import open_drawings, render, rendered_count
from training.home import HELD_OUT, work_folder
from training.illustrator import ATTRIBUTES, scene_at
from training.run import Average, Run


def _block(into: int, out: int, stride: int) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(into, out, 3, stride, 1, bias=False), nn.BatchNorm2d(out), nn.ReLU(),
        nn.Conv2d(out, out, 3, 1, 1, groups=1 if out < 96 else 4, bias=False), nn.BatchNorm2d(out), nn.ReLU(),
    )  # fmt: skip


class Reader(nn.Module):
    """Reads every attribute from a picture of any size; 64x64 pixels are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.trunk = nn.Sequential(_block(3, 32, 2), _block(32, 64, 2), _block(64, 128, 2), _block(128, 192, 2))
        self.heads = nn.ModuleList(nn.Linear(192 * 4, len(values)) for values in ATTRIBUTES.values())

    def features(self, pictures: Tensor) -> Tensor:
        """(n, 768) numbers from (n, 3, h, w) in [-1, 1]."""
        small = functional.interpolate(pictures, size=(64, 64), mode="area")
        return functional.adaptive_max_pool2d(self.trunk(small), 2).flatten(1)

    def forward(self, pictures: Tensor) -> list[Tensor]:
        """Return the logits of each attribute, in the order of `ATTRIBUTES`."""
        seen = self.features(pictures)
        return [head(seen) for head in self.heads]

    @torch.no_grad()
    def read(self, pictures: Tensor) -> Tensor:
        """(n, attributes) positions in the attributes' lists."""
        return torch.stack([logits.argmax(1) for logits in self(pictures)], 1)


def reader_path() -> Path:
    """Return the finished reader's weights."""
    return work_folder() / "classifier" / "reader.pt"


def load_reader(device: torch.device) -> Reader:
    """Return the trained reader."""
    reader = Reader()
    reader.load_state_dict(torch.load(reader_path(), map_location="cpu", weights_only=True))
    return reader.to(device).eval()


def held_out_pictures(count: int) -> tuple[Tensor, Tensor]:
    """Return true drawings that were never trained on, and their labels."""
    labels = torch.tensor([scene_at(HELD_OUT + number).labels for number in range(count)])
    return to_tensor(render(HELD_OUT, count)), labels


def _worn(pictures: Tensor) -> Tensor:
    """Pictures as a small autoencoder would spoil them: blurred, noisy, shifted a little in tone."""
    count = len(pictures)
    soft = functional.interpolate(
        functional.avg_pool2d(pictures, 2), scale_factor=2, mode="bilinear", align_corners=False
    )
    share = torch.rand(count, 1, 1, 1)
    tone = 1 + 0.1 * (torch.rand(count, 1, 1, 1) - 0.5)
    cast = 0.06 * torch.randn(count, 3, 1, 1)
    noise = 0.05 * torch.rand(count, 1, 1, 1) * torch.randn_like(pictures)
    return ((pictures * (1 - share) + soft * share) * tone + cast + noise).clamp(-1, 1)


def train(device: torch.device, minutes: float, batch: int) -> None:
    """Trains a reader and prints its accuracy on held-out drawings."""
    reader = Reader().to(device)
    average = Average(reader, 0.995)
    optimiser = torch.optim.AdamW(reader.parameters(), 2e-3, weight_decay=1e-2)
    run = Run("classifier", {"reader": reader, "average": average, "optimiser": optimiser}, minutes)
    average.module.to(device)
    drawings = open_drawings()
    labels = torch.tensor([scene_at(index).labels for index in range(rendered_count())])
    for indices in shuffled(rendered_count(), batch, seed=run.step):
        if not run.going:
            break
        for group in optimiser.param_groups:
            group["lr"] = 2e-3 * (0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * run.share)))
        pictures = _worn(to_tensor(drawings[indices])).to(device)
        wanted = labels[torch.from_numpy(indices)].to(device)
        with half(device):
            logits = reader(pictures)
        terms = [functional.cross_entropy(one.float(), wanted[:, place]) for place, one in enumerate(logits)]
        loss = torch.stack(terms).sum()
        optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        optimiser.step()
        average.update(reader, run.step)
        run.tick(len(pictures), {"loss": float(loss.detach())})
    run.save()
    torch.save(average.module.state_dict(), reader_path())
    pictures, true = held_out_pictures(1000)
    right = (load_reader(device).read(pictures.to(device)).cpu() == true).float().mean(0)
    print(dict(zip(ATTRIBUTES, right.tolist(), strict=True)), flush=True)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--batch", type=int, default=64)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    train(prepare(options.device, options.threads), options.minutes, options.batch)


if __name__ == "__main__":
    main()
