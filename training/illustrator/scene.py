"""What is to be drawn: five attributes and a seed for everything that no caption names."""

import math
from dataclasses import dataclass
from typing import Final

from training.illustrator.words import ATTRIBUTES

CYCLE: Final = math.prod(len(values) for values in ATTRIBUTES.values())
"""Scenes until every combination of attributes was drawn exactly once."""

_GOLDEN: Final = 0.6180339887498949


def _stride() -> int:
    stride = round(CYCLE * _GOLDEN)
    while math.gcd(stride, CYCLE) != 1:
        stride += 1
    return stride


_STRIDE: Final = _stride()


@dataclass(frozen=True)
class Scene:
    """One drawing's attributes, and the seed of its composition."""

    subject: str
    colour: str
    setting: str
    time: str
    weather: str
    seed: int

    @property
    def attributes(self) -> dict[str, str]:
        """The attributes by name, in the order of `words.ATTRIBUTES`."""
        return {name: getattr(self, name) for name in ATTRIBUTES}

    @property
    def labels(self) -> tuple[int, ...]:
        """The position of each attribute in its list, for classifiers."""
        return tuple(values.index(getattr(self, name)) for name, values in ATTRIBUTES.items())


def scene_at(index: int) -> Scene:
    """Return the scene number `index`: the same for ever.

    Any `CYCLE` consecutive indices hold every combination of attributes exactly once, and any shorter
    stretch holds all pairs nearly evenly (a walk with golden-ratio stride through the combinations).
    """
    if index < 0:
        raise ValueError(f"index must not be negative, got {index}")
    rest = (index * _STRIDE) % CYCLE
    chosen: dict[str, str] = {}
    for name, values in ATTRIBUTES.items():
        rest, position = divmod(rest, len(values))
        chosen[name] = values[position]
    return Scene(**chosen, seed=index)
