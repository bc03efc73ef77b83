"""A diffusion model in memory. Importing this module imports torch and diffusers, which takes seconds."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")  # read at import: it warns of a missing torchvision

import diffusers
import numpy as np
import torch
import transformers
from PIL import Image

from limner.contracts.fault import Blocked, InvalidField, ModelUnusable, OutOfMemory
from limner.contracts.request import Request, TextToImage
from limner.engines.base import Cancelled, EngineSettings, IsCancelled, Progress, Step
from limner.engines.diffusion.scheduler import scheduler_for
from limner.engines.free_cores import FreeCores

diffusers.logging.set_verbosity_error()
diffusers.logging.disable_progress_bar()
transformers.logging.disable_progress_bar()


class DiffusionModel:
    """One folder's weights, shared by all jobs that draw with it."""

    def __init__(self, folder: Path, settings: EngineSettings, free_cores: FreeCores) -> None:
        self._settings = settings
        self._free_cores = free_cores
        device = _device(settings.device)
        with _one_sentence(folder.name):
            self._pipeline = diffusers.DiffusionPipeline.from_pretrained(
                folder,
                dtype=torch.float32 if device == "cpu" else torch.float16,
                use_safetensors=True,
                local_files_only=True,
            ).to(device)
        self.size_bytes = sum(
            parameter.numel() * parameter.element_size()
            for part in self._pipeline.components.values()
            if isinstance(part, torch.nn.Module)
            for parameter in part.parameters()
        )
        self._preview = _PreviewMap.read(folder / "preview.json")

    def run(self, request: Request, progress: Progress, cancelled: IsCancelled) -> Iterator[Image.Image]:
        """Yield the pictures one after another, each as a plain diffusers call with its seed gives it."""
        if not isinstance(request, TextToImage):
            raise InvalidField("This model draws from text only.", field="kind")
        torch.set_num_threads(self._settings.threads or self._free_cores.count())
        for index, seed in enumerate(request.seeds()):
            yield self._draw(request, index, seed, progress, cancelled)

    def _draw(
        self, request: TextToImage, index: int, seed: int, progress: Progress, cancelled: IsCancelled
    ) -> Image.Image:
        pipeline = self._own_pipeline(request)
        done = 0

        def after_step(pipe: Any, step: int, timestep: Any, tensors: dict[str, Any]) -> dict[str, Any]:
            del step, timestep
            nonlocal done
            if cancelled():
                raise Cancelled
            done += 1
            steps = pipe.num_timesteps
            latents = tensors["latents"]
            preview = None if self._preview is None else partial(self._preview.draw, latents)
            progress(Step(index * steps + done, steps * request.num_images, index, preview))
            return tensors

        with _one_sentence(request.model), torch.inference_mode():
            result = pipeline(
                prompt=request.prompt,
                negative_prompt=request.negative_prompt or None,
                num_inference_steps=request.num_inference_steps,
                guidance_scale=request.guidance_scale,
                width=request.width,
                height=request.height,
                generator=torch.Generator("cpu").manual_seed(seed),
                callback_on_step_end=after_step,
                output_type="np",
            )
        if any(getattr(result, "nsfw_content_detected", None) or ()):
            raise Blocked
        pixels: np.ndarray[Any, np.dtype[np.float32]] = result.images[0]
        if not np.isfinite(pixels).all():
            raise ModelUnusable(
                f"'{request.model}' gave numbers that are no colours (NaN); try another scheduler."
            )
        return Image.fromarray((pixels * 255).round().astype("uint8"))

    def _own_pipeline(self, request: TextToImage) -> Any:
        """Return a pipeline over the shared weights with a scheduler of its own: schedulers have state."""
        parts = dict(self._pipeline.components)
        parts["scheduler"] = scheduler_for(request.scheduler or "", self._pipeline.scheduler.config)
        extra = {"requires_safety_checker": False} if parts.get("safety_checker", self) is None else {}
        pipeline = type(self._pipeline)(**parts, **extra)
        pipeline.set_progress_bar_config(disable=True)
        return pipeline


class _PreviewMap:
    """A linear map from latents to colours: 4 x 3 weights and a bias, fitted when the model was trained."""

    def __init__(self, weight: torch.Tensor, bias: torch.Tensor) -> None:
        self._weight = weight
        self._bias = bias

    @classmethod
    def read(cls, path: Path) -> "_PreviewMap | None":
        if not path.exists():
            return None
        content = json.loads(path.read_text())
        return cls(torch.tensor(content["weight"]), torch.tensor(content["bias"]))

    def draw(self, latents: torch.Tensor) -> Image.Image:
        """Return the first of *latents* (N, 4, H, W) as a picture of W x H pixels."""
        colours = latents[0].float().cpu().permute(1, 2, 0) @ self._weight + self._bias
        return Image.fromarray((colours.clamp(0, 1) * 255).round().to(torch.uint8).numpy())


def _device(wish: str) -> str:
    if wish == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    if wish.startswith("cuda") and not torch.cuda.is_available():
        raise ModelUnusable(f"LIMNER_DEVICE is {wish}, and PyTorch finds no GPU here; set it to auto or cpu.")
    return wish


@contextmanager
def _one_sentence(model: str) -> Iterator[None]:
    """Turn what torch and diffusers raise into a fault that names the model."""
    try:
        yield
    except (MemoryError, torch.OutOfMemoryError):
        raise OutOfMemory from None
    except RuntimeError as error:
        if "can't allocate memory" in str(error) or "not enough memory" in str(error):
            raise OutOfMemory from None
        raise
    except (OSError, ValueError, KeyError) as error:
        reason = str(error).partition("\n")[0]
        raise ModelUnusable(f"'{model}' cannot be used: {reason}") from error
