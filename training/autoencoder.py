"""Trains the picture autoencoder (f8, 4 latent channels). `python -m training.autoencoder --minutes 40`.

Three stages by share of the time: the whole model learns to reconstruct; then the encoder is frozen
(`encoder.pt` appears: from then on its latents may be used) while the decoder learns on; for the last part
a small patch critic sharpens it.
"""

import argparse
import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from diffusers import AutoencoderKL
from torch import Tensor, nn
from torch.nn import functional

from training.batches import parts, shuffled, to_pixels, to_tensor
from training.device import HalfTwin, half, prepare
from training.drawings import Pixels, open_drawings, render, rendered_count
from training.home import HELD_OUT, PICTURE, work_folder
from training.reconstruction import distance, opponent, psnr
from training.run import Average, Run
from training.sheet import save_sheet

FREEZE_AT, SHARPEN_AT = 0.38, 0.75
SIZE_WEIGHT = 1e-4
LED_UNTIL = 0.16
"""Until this share of the time three latent channels are led to the mean colours: else colour comes very late."""
LATENT_NOISE = 0.04
CRITIC_WEIGHT = 0.02
LEAD_SCALE = torch.tensor((2.0, 3.0, 8.0)).view(3, 1, 1)
CROP = 64
PEAK_RATE, LAST_RATE = 1.5e-3, 4e-5


def build_autoencoder() -> Any:
    """Return a new autoencoder of about 3 M parameters, with few channels where the resolution is high."""
    return AutoencoderKL(
        in_channels=3,
        out_channels=3,
        down_block_types=("DownEncoderBlock2D",) * 4,
        up_block_types=("UpDecoderBlock2D",) * 4,
        block_out_channels=(16, 32, 96, 128),
        layers_per_block=1,
        latent_channels=4,
        norm_num_groups=8,
        mid_block_add_attention=False,
        sample_size=PICTURE,
    )


def encoder_path() -> Path:
    """Return where the frozen encoder is once there is one: the whole model's weights and the latents' scale."""
    return work_folder() / "autoencoder" / "encoder.pt"


class PatchCritic(nn.Module):
    """Says of each patch of about 22 pixels whether it looks drawn (positive) or reconstructed."""

    def __init__(self, width: int = 24) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            nn.utils.parametrizations.spectral_norm(nn.Conv2d(3, width, 4, 2, 1)), nn.LeakyReLU(0.2),
            nn.utils.parametrizations.spectral_norm(nn.Conv2d(width, width * 2, 4, 2, 1)), nn.LeakyReLU(0.2),
            nn.utils.parametrizations.spectral_norm(nn.Conv2d(width * 2, width * 2, 3, 1, 1)), nn.LeakyReLU(0.2),
            nn.Conv2d(width * 2, 1, 3, 1, 1),
        )  # fmt: skip

    def forward(self, pictures: Tensor) -> Tensor:
        """(n, 3, h, w) to (n, 1, h/4, w/4)."""
        verdict: Tensor = self.layers(pictures)
        return verdict


@torch.no_grad()
def _standardise(model: Any, mean: Tensor, deviation: Tensor) -> None:
    """Give each latent channel mean 0 and deviation 1 by folding both into the 1x1 convolutions around it.

    Pipelines know one scaling factor only; after this it is 1. The posterior's deviation becomes the noise
    that the decoder was trained to bear.
    """
    into, out = model.quant_conv, model.post_quant_conv
    channels = len(mean)
    out.bias += (out.weight[:, :, 0, 0] * mean).sum(1)
    out.weight *= deviation[None, :, None, None]
    into.weight[:channels] /= deviation[:, None, None, None]
    into.bias[:channels] = (into.bias[:channels] - mean) / deviation
    into.weight[channels:] = 0
    into.bias[channels:] = 2 * math.log(LATENT_NOISE)


class Trainer:
    """The autoencoder with its optimisers, average and critic."""

    def __init__(self, device: torch.device, minutes: float, batch: int) -> None:
        self.device, self.batch = device, batch
        self.model = build_autoencoder().to(device)
        self.critic = PatchCritic().to(device)
        self.half = HalfTwin(self.model)
        self.rng = np.random.default_rng(0)
        self.average = Average(self.model, 0.998)
        self.optimiser = torch.optim.AdamW(self.model.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=0.0)
        self.critic_optimiser = torch.optim.AdamW(self.critic.parameters(), 3e-4, betas=(0.5, 0.9))
        parts = {
            "model": self.model, "average": self.average, "optimiser": self.optimiser,
            "critic": self.critic, "critic_optimiser": self.critic_optimiser,
        }  # fmt: skip
        self.run = Run("autoencoder", parts, minutes)
        self.average.module.to(device)
        if self.frozen:
            self.model.encoder.requires_grad_(requires_grad=False)
            self.model.quant_conv.requires_grad_(requires_grad=False)
        self.held_out = to_tensor(render(HELD_OUT, 48)).to(device)

    @property
    def frozen(self) -> bool:
        """Whether the encoder is finished."""
        return encoder_path().exists()

    def train(self) -> None:
        """Run until the time is over."""
        drawings = open_drawings()
        for indices in shuffled(rendered_count(), self.batch, seed=self.run.step):
            if not self.run.going:
                break
            if not self.frozen and self.run.share >= FREEZE_AT:
                self._freeze()
            true = to_tensor(self._cropped(drawings[indices])).to(self.device)
            losses = self._step(true)
            if self.run.tick(len(true), losses, log_every=200) and self.run.step % 600 == 0:
                self.report()
        self.run.save()
        self.report()

    def _rate(self) -> float:
        warm = min(1.0, (self.run.step + 1) / 100)
        return warm * (LAST_RATE + (PEAK_RATE - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * self.run.share)))

    def _step(self, true: Tensor) -> dict[str, float]:
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate()
        self.half.pull()
        ours, latents = self._reconstruct(true.bfloat16())
        ours = ours.float()
        plain = distance(ours, true)
        loss = plain + SIZE_WEIGHT * latents.square().mean()
        if self.run.share < LED_UNTIL:
            lead = opponent(functional.avg_pool2d(true, 8)) * LEAD_SCALE.to(self.device)
            loss = loss + 2 * (1 - self.run.share / LED_UNTIL) * (latents[:, :3] - lead).square().mean()
        sharpening = self.run.share >= SHARPEN_AT
        if sharpening:
            with half(self.device):
                loss = loss - CRITIC_WEIGHT * self.critic(ours).float().mean()
        torch.autograd.backward(loss)
        self.half.push_gradients()
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        self.average.update(self.model, self.run.step)
        losses = {"distance": float(plain.detach())}
        if sharpening:
            losses["critic"] = self._teach_critic(true, ours.detach())
        return losses

    def _reconstruct(self, true: Tensor) -> tuple[Tensor, Tensor]:
        """Return the reconstruction from slightly noisy latents, and the latents."""
        twin = self.half.twin
        with torch.set_grad_enabled(not self.frozen):
            latents = twin.encode(true).latent_dist.mode()
        spread = latents.detach().float().std()
        noisy = latents + (LATENT_NOISE * spread).to(latents.dtype) * torch.randn_like(latents)
        return twin.decode(noisy).sample, latents.float()

    def _cropped(self, drawings: Pixels) -> Pixels:
        """Return a random window of every drawing."""
        corners = self.rng.integers(0, PICTURE - CROP + 1, (len(drawings), 2))
        return np.stack([d[y : y + CROP, x : x + CROP] for d, (y, x) in zip(drawings, corners, strict=True)])

    def _teach_critic(self, true: Tensor, ours: Tensor) -> float:
        with half(self.device):
            real, fake = self.critic(true).float(), self.critic(ours).float()
        loss = functional.relu(1 - real).mean() + functional.relu(1 + fake).mean()
        self.critic_optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.critic_optimiser.step()
        return float(loss)

    @torch.no_grad()
    def _freeze(self) -> None:
        """Take the averaged weights as the encoder for good, and writes them with the latents' scale."""
        self.model.load_state_dict(self.average.module.state_dict())
        drawings = open_drawings()
        some = to_tensor(drawings[np.linspace(0, len(drawings) - 1, 512).astype(int)])
        latents = torch.cat(
            [self.model.encode(part.to(self.device)).latent_dist.mode() for part in parts(some, 32)]
        )
        _standardise(self.model, latents.mean((0, 2, 3)), latents.std((0, 2, 3)))
        self.average.module.load_state_dict(self.model.state_dict())
        torch.save({"model": self.model.state_dict(), "scale": 1.0}, encoder_path())
        self.run.save()
        self.model.encoder.requires_grad_(requires_grad=False)
        self.model.quant_conv.requires_grad_(requires_grad=False)
        print(f"encoder frozen; deviations of its latents were {latents.std((0, 2, 3)).tolist()}", flush=True)

    @torch.no_grad()
    def report(self) -> None:
        """Print the held-out PSNR of the averaged model and writes a sheet: drawings above reconstructions."""
        model: Any = self.average.module
        ours = torch.cat(
            [model.decode(model.encode(part).latent_dist.mode()).sample for part in parts(self.held_out, 16)]
        )
        print(f"held-out PSNR {psnr(ours, self.held_out):.2f} dB", flush=True)
        rows = [to_pixels(part[start : start + 8]) for start in (0, 8) for part in (self.held_out, ours)]
        save_sheet(np.concatenate(rows), self.run.folder / "latest.png", columns=8)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=40)
    parser.add_argument("--batch", type=int, default=8)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    Trainer(prepare(options.device, options.threads), options.minutes, options.batch).train()


if __name__ == "__main__":
    main()
