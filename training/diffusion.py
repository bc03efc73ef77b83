"""Trains the text model and the denoiser together on latents. `python -m training.diffusion --minutes 75`.

v-prediction with zero terminal signal-to-noise ratio (Lin et al. 2023), weights after min-SNR (Hang et al. 2023),
some captions dropped for classifier-free guidance, and an exponential moving average of all weights.
"""

import argparse
import math
import random
import tempfile
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch
from diffusers import DDIMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from torch import Tensor, nn
from torch.multiprocessing.spawn import spawn

from training.crew import Crew
from training.device import half, prepare
from training.home import HELD_OUT, PICTURE
from training.illustrator import caption_of, plain_caption, scene_at
from training.latents import latent_count, latents_path, load_autoencoder
from training.run import Average, Run
from training.sheet import save_sheet
from training.text import LENGTH, WIDTH, build_text_model, load_tokenizer

DROPPED, PLAIN = 0.12, 0.25
PEAK_RATE, LAST_RATE, WARM_SHARE = 8e-4, 1e-5, 0.04
GAMMA, SUBJECT_WEIGHT = 5.0, 3.0
SHEET_EVERY_S: Final = 480


def build_denoiser() -> Any:
    """Return a new U-Net of about 9.7 M parameters on latents of an eighth of the picture's size."""
    return UNet2DConditionModel(
        sample_size=PICTURE // 8,
        in_channels=4,
        out_channels=4,
        down_block_types=("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
        up_block_types=("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
        block_out_channels=(64, 128, 176),
        layers_per_block=1,
        cross_attention_dim=WIDTH,
        attention_head_dim=(2, 4, 4),
        norm_num_groups=16,
    )


def build_scheduler() -> Any:
    """Return the noise schedule of training and the default sampler."""
    return DDIMScheduler(
        num_train_timesteps=1000,
        beta_start=0.00085,
        beta_end=0.012,
        beta_schedule="scaled_linear",
        clip_sample=False,
        set_alpha_to_one=False,
        steps_offset=1,
        prediction_type="v_prediction",
        rescale_betas_zero_snr=True,
        timestep_spacing="trailing",
    )


def step_weights(alphas_cumprod: Tensor) -> Tensor:
    """Return the loss weight of each timestep: min-SNR for the nearly clean ones, plain v-prediction for the rest.

    The pure v-prediction form of min-SNR fades out towards noise, where the subject is decided; with it settings
    and hours were right long before any subject was.
    """
    ratio = alphas_cumprod / (1 - alphas_cumprod).clamp_min(1e-8)
    return (GAMMA / (ratio + 1)).clamp_max(1.0)


def place_weights(side: int) -> Tensor:
    """Return the loss weight of each latent cell, mean 1: `SUBJECT_WEIGHT` times more where subjects stand.

    The best prediction stays the same, it is only found sooner there.
    """
    weights = torch.ones(side, side)
    weights[side * 3 // 8 : side * 7 // 8, side // 4 : side * 3 // 4] = SUBJECT_WEIGHT
    return weights / weights.mean()


class Denoiser(nn.Module):
    """Text model and U-Net as one module: the velocity of noisy latents under captions."""

    def __init__(self, tokenizer: Any) -> None:
        super().__init__()
        self.text: Any = build_text_model(tokenizer)
        self.unet: Any = build_denoiser()

    def forward(self, noisy: Tensor, steps: Tensor, tokens: Tensor) -> Tensor:
        """(n, 4, h, w) from latents of that shape, (n,) timesteps and (n, LENGTH) token ids."""
        words = self.text(tokens).last_hidden_state
        velocity: Tensor = self.unet(noisy, steps, words, return_dict=False)[0]
        return velocity


class Trainer:
    """The denoiser with its optimiser and average."""

    def __init__(self, device: torch.device, minutes: float, batch: int, crew: Crew) -> None:
        self.device, self.batch, self.crew = device, batch, crew
        self.tokenizer = load_tokenizer()
        self.model = Denoiser(self.tokenizer).to(device)
        self.model.unet.to(memory_format=torch.channels_last)
        self.average = Average(self.model, 0.998)
        self.optimiser = torch.optim.AdamW(
            self.model.parameters(), PEAK_RATE, betas=(0.9, 0.99), weight_decay=1e-3
        )
        parts = {"model": self.model, "average": self.average, "optimiser": self.optimiser}
        self.run = Run("diffusion", parts, minutes)
        self.average.module.to(device)
        self.alphas = build_scheduler().alphas_cumprod.to(device)
        self.weights = step_weights(self.alphas)
        self.places = place_weights(PICTURE // 8).to(device)
        self.seed = self.run.step * crew.size + crew.rank
        self.rng = random.Random(self.seed)
        torch.manual_seed(self.seed)
        self.share = self.run.share
        self._next_sheet_s = self.run.seconds + SHEET_EVERY_S / 2

    def train(self) -> None:
        """Run until the time is over; uses new latents as they are written."""
        latents: Any = np.load(latents_path(), mmap_mode="r")
        numbers = np.random.default_rng(self.seed)
        while (share := self.crew.leader_says(self.run.share)) < 1:
            self.share = share
            indices = np.sort(numbers.integers(0, latent_count(), self.batch))
            loss = self._step(torch.from_numpy(latents[indices].astype(np.float32)), [int(i) for i in indices])
            if self.crew.leads:
                self._after_step(loss)
        if self.crew.leads:
            self.run.save()
            self.report()

    def _after_step(self, loss: float) -> None:
        self.average.update(self.model, self.run.step)
        self.run.tick(self.batch * self.crew.size, {"loss": loss})
        if self.run.seconds > self._next_sheet_s:
            self._next_sheet_s = self.run.seconds + SHEET_EVERY_S
            self.report()

    def _tokens(self, indices: list[int]) -> Tensor:
        captions = [self._caption(index) for index in indices]
        encoded = self.tokenizer(
            captions, padding="max_length", max_length=LENGTH, truncation=True, return_tensors="pt"
        )
        tokens: Tensor = encoded.input_ids
        return tokens

    def _caption(self, index: int) -> str:
        chance = self.rng.random()
        if chance < DROPPED:
            return ""
        scene = scene_at(index)
        return plain_caption(scene) if chance < DROPPED + PLAIN else caption_of(scene, self.rng)

    def _rate(self) -> float:
        warm = min(1.0, self.share / WARM_SHARE)
        return warm * (LAST_RATE + (PEAK_RATE - LAST_RATE) * 0.5 * (1 + math.cos(math.pi * self.share)))

    def _step(self, latents: Tensor, indices: list[int]) -> float:
        for group in self.optimiser.param_groups:
            group["lr"] = self._rate()
        clean = latents.to(self.device).contiguous(memory_format=torch.channels_last)
        noise = torch.randn_like(clean)
        spread = (torch.arange(len(clean)) + torch.rand(len(clean))) / len(clean)
        steps = (spread * len(self.alphas)).long().clamp_max(len(self.alphas) - 1).to(self.device)
        signal = self.alphas[steps].sqrt().view(-1, 1, 1, 1)
        dirt = (1 - self.alphas[steps]).sqrt().view(-1, 1, 1, 1)
        with half(self.device):
            ours = self.model(signal * clean + dirt * noise, steps, self._tokens(indices).to(self.device))
        errors = (ours.float() - (signal * noise - dirt * clean)).square().mean(1)
        loss = ((errors * self.places).mean((1, 2)) * self.weights[steps]).mean()
        self.optimiser.zero_grad(set_to_none=True)
        torch.autograd.backward(loss)
        self.crew.average_gradients(self.model)
        nn.utils.clip_grad_norm_(self.model.parameters(), 1.0)
        self.optimiser.step()
        return float(errors.mean().detach())

    @torch.no_grad()
    def report(self) -> None:
        """Write a sheet of 16 pictures of the averaged model, named by its minute, and their captions."""
        autoencoder = load_autoencoder().to(self.device)
        pipeline = assemble(self.average.module, self.tokenizer, autoencoder)
        captions = [plain_caption(scene_at(HELD_OUT + number * 7)) for number in range(16)]
        generators = [torch.Generator().manual_seed(number) for number in range(16)]
        pictures = pipeline(
            captions, num_inference_steps=20, guidance_scale=5.0, generator=generators, output_type="np"
        )
        name = f"sheet-{self.run.seconds / 60:05.1f}"
        save_sheet((np.asarray(pictures.images) * 255).round().astype(np.uint8), self.run.folder / f"{name}.png")
        (self.run.folder / f"{name}.txt").write_text("\n".join(captions) + "\n")


def assemble(model: Any, tokenizer: Any, autoencoder: Any) -> Any:
    """Return the pipeline of a denoiser and an autoencoder."""
    pipeline: Any = StableDiffusionPipeline(
        vae=autoencoder,
        text_encoder=model.text,
        tokenizer=tokenizer,
        unet=model.unet,
        scheduler=build_scheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline


def train(rank: int, options: argparse.Namespace, meeting: Path) -> None:
    """Train as member `rank` of a crew of `options.workers`."""
    device = prepare(options.device, options.threads)
    Trainer(device, options.minutes, options.batch, Crew(rank, options.workers, meeting)).train()


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--minutes", type=float, default=75)
    parser.add_argument("--batch", type=int, default=32, help="captioned latents a step, for each worker")
    parser.add_argument("--workers", type=int, default=1, help="processes that average their gradients")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        if options.workers == 1:
            train(0, options, meeting)
        else:
            launch: Any = spawn
            launch(train, (options, meeting), options.workers)


if __name__ == "__main__":
    main()
