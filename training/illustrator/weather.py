"""What falls or hangs in front of everything: rain, snow, fog."""

import random

from training.illustrator.canvas import UNITS, Canvas, mix
from training.illustrator.light import Light


def draw_fog_behind(canvas: Canvas, light: Light, rng: random.Random) -> None:
    """Fog banks between the land and the subject."""
    veil = mix(light.haze, (255, 255, 255), 0.0 if light.night else 0.12)
    canvas.graded([(0, 0), (129, 0), (129, 129), (0, 129)], (veil,), 0.16)
    for number in range(3):
        y = light.horizon - 8 + number * 9 + rng.uniform(-3, 3)
        canvas.glow(
            rng.uniform(20, 108), y, rng.uniform(70, 110), rng.uniform(10, 15), veil, strength=0.8, power=1.0
        )


def draw_fog_before(canvas: Canvas, light: Light, rng: random.Random) -> None:
    """Thinner fog over the subject's foot and the front."""
    veil = mix(light.haze, (255, 255, 255), 0.0 if light.night else 0.12)
    canvas.graded([(0, 0), (129, 0), (129, 129), (0, 129)], (veil,), 0.12)
    for number in range(2):
        y = 104 + number * 13 + rng.uniform(-4, 4)
        canvas.glow(rng.uniform(10, 118), y, rng.uniform(60, 90), rng.uniform(6, 9), veil, strength=0.7, power=1.0)


def draw_rain(canvas: Canvas, light: Light, rng: random.Random) -> None:
    """Slanting streaks."""
    slant = rng.uniform(1.6, 3.4) * rng.choice((-1, 1))
    colour = mix((214, 228, 244), light.haze, 0.25)
    lines = []
    for number in range(40):
        x = rng.uniform(-4, UNITS + 4)
        y = (number + rng.random()) * UNITS / 40 - 4
        length = rng.uniform(0.8, 1.4)
        lines.append(((x, y), (x + slant * length, y + 8 * length)))
    canvas.strokes(lines, colour, 0.9, 0.5)


def draw_snowfall(canvas: Canvas, light: Light, rng: random.Random) -> None:
    """Flakes, the nearer the larger."""
    colour = mix((255, 255, 255), light.haze, 0.22 if light.night else 0.05)
    for _ in range(52):
        radius = rng.choice((0.8, 1.0, 1.2, 1.6))
        canvas.ellipse(rng.uniform(0, UNITS), rng.uniform(0, UNITS), radius, radius, colour)
