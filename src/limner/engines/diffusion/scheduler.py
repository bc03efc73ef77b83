"""The solvers, by the names of diffusers' own classes.

A table and not a look at diffusers, whose import takes seconds: capabilities have to be quick. A test holds
the table against the library.
"""

from importlib.util import find_spec
from typing import Any

SCHEDULERS = (
    "DDIMScheduler",
    "DDPMScheduler",
    "DEISMultistepScheduler",
    "DPMSolverMultistepScheduler",
    "DPMSolverSinglestepScheduler",
    "EulerAncestralDiscreteScheduler",
    "EulerDiscreteScheduler",
    "HeunDiscreteScheduler",
    "KDPM2AncestralDiscreteScheduler",
    "KDPM2DiscreteScheduler",
    "LCMScheduler",
    "PNDMScheduler",
    "UniPCMultistepScheduler",
)
"""What every Stable Diffusion folder can be drawn with, without a further library."""

NEEDS = {"DPMSolverSDEScheduler": "torchsde", "LMSDiscreteScheduler": "scipy"}
"""What can be drawn with where that library is installed too."""


def available() -> tuple[str, ...]:
    """Return the names of all schedulers that can be used on this machine."""
    more = (name for name, library in NEEDS.items() if find_spec(library) is not None)
    return tuple(sorted((*SCHEDULERS, *more)))


def scheduler_for(name: str, config: Any) -> Any:
    """Return diffusers' scheduler class *name* made from a model's scheduler *config*."""
    import diffusers  # noqa: PLC0415 - seconds

    return getattr(diffusers, name).from_config(config)
