"""What made a picture, as it stands in the picture's own file."""

import json
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from limner import __version__
from limner.contracts.request import AnyRequest

A1111_SAMPLERS = {
    "DDIMScheduler": "DDIM",
    "DPMSolverMultistepScheduler": "DPM++ 2M",
    "DPMSolverSDEScheduler": "DPM++ SDE",
    "EulerAncestralDiscreteScheduler": "Euler a",
    "EulerDiscreteScheduler": "Euler",
    "HeunDiscreteScheduler": "Heun",
    "KDPM2AncestralDiscreteScheduler": "DPM2 a",
    "KDPM2DiscreteScheduler": "DPM2",
    "LCMScheduler": "LCM",
    "LMSDiscreteScheduler": "LMS",
    "PNDMScheduler": "PLMS",
    "UniPCMultistepScheduler": "UniPC",
}
"""AUTOMATIC1111's names for diffusers' schedulers, where it has the same solver."""

_A1111_HASH_CHARS = 10

Name = Annotated[str, StringConstraints(max_length=1000)]


class Facts(BaseModel):
    """Everything needed to make the picture again. The request is complete."""

    model_config = ConfigDict(frozen=True, allow_inf_nan=False)

    request: AnyRequest
    index: int = Field(ge=0, description="Which of the request's pictures this is, counted from 0.")
    seed: int = Field(ge=0, description="This picture's own seed.")
    model_title: Name
    model_hash: Name = Field(description="SHA-256 over the weights, hexadecimal.")
    engine_version: Name
    limner_version: Name = __version__

    def parameters(self, longest_prompt: int | None = None) -> str:
        """Return the text AUTOMATIC1111 writes into its pictures (its ``create_infotext``).

        *longest_prompt* cuts the prompt and the negative prompt to so many characters, the last one an ellipsis.
        """
        request = self.request
        settings = {
            "Steps": request.num_inference_steps,
            "Sampler": request.scheduler and A1111_SAMPLERS.get(request.scheduler, request.scheduler),
            "CFG scale": _number(request.guidance_scale),
            "Seed": self.seed,
            "Size": f"{request.width}x{request.height}" if request.width and request.height else None,
            "Model hash": self.model_hash[:_A1111_HASH_CHARS],
            "Model": self.model_title,
            "Version": f"Limner {self.limner_version}",
        }
        line = ", ".join(f"{name}: {_quoted(value)}" for name, value in settings.items() if value is not None)
        lines = [_cut(request.prompt, longest_prompt), line]
        if request.negative_prompt:
            lines.insert(1, f"Negative prompt: {_cut(request.negative_prompt, longest_prompt)}")
        return "\n".join(lines).strip()


def _number(value: float | None) -> float | None:
    """Write 7.0 as 7, as A1111's page does."""
    return int(value) if value is not None and value.is_integer() else value


def _quoted(value: object) -> str:
    text = str(value)
    return json.dumps(text, ensure_ascii=False) if any(mark in text for mark in ",:\n") else text


def _cut(text: str, longest: int | None) -> str:
    return text if longest is None or len(text) <= longest else text[: longest - 1] + "…"
