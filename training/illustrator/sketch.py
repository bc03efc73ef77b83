"""A drawing in the making: its canvas, its light, and the chance that composes it."""

import random
from dataclasses import dataclass

from training.illustrator.canvas import Canvas
from training.illustrator.light import Light


@dataclass(frozen=True)
class Sketch:
    """What every painter needs; shapes go to `canvas`, colours come from `light`, choices from `rng`."""

    canvas: Canvas
    light: Light
    rng: random.Random
