"""A pen for one subject: local coordinates (height 1, base at 0, light from the left) and its colours."""

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass

from training.illustrator.canvas import Canvas, Colour, Point, mix
from training.illustrator.light import Light

_BASE_COLOURS: dict[str, Colour] = {
    "red": (216, 48, 46), "orange": (242, 132, 36), "yellow": (250, 208, 52), "green": (50, 156, 76),
    "turquoise": (44, 196, 188), "blue": (42, 98, 208), "purple": (128, 66, 176), "pink": (246, 134, 182),
    "white": (246, 245, 240), "black": (50, 49, 60),
}  # fmt: skip


@dataclass(frozen=True)
class Pen:
    """Draws in the subject's own coordinates: x to the right of its middle, y up from its base."""

    canvas: Canvas
    light: Light
    rng: random.Random
    x: float
    base: float
    height: float
    colour: str

    @property
    def main(self) -> Colour:
        """The subject's colour in the scene's light."""
        return self.light.near(_BASE_COLOURS[self.colour])

    @property
    def pale(self) -> Colour:
        """The lit side of the subject."""
        return self.light.near(
            mix(_BASE_COLOURS[self.colour], (255, 252, 238), 0.30 if self.colour != "black" else 0.26)
        )

    @property
    def deep(self) -> Colour:
        """The shaded side of the subject."""
        shade = (120, 122, 158) if self.colour == "white" else (16, 14, 44)
        return self.light.near(mix(_BASE_COLOURS[self.colour], shade, 0.32))

    @property
    def trim(self) -> Colour:
        """A light contrast for stripes and spots: cream, or grey-blue on white things."""
        return self.of((164, 178, 204) if self.colour == "white" else (252, 246, 230))

    @property
    def window(self) -> Colour:
        """Glass: warm at dusk and night, sky-blue otherwise."""
        return (255, 216, 116) if self.light.lamps_lit else self.of((150, 198, 226))

    def of(self, colour: Colour) -> Colour:
        """Any other colour in the scene's light."""
        return self.light.near(colour)

    def at(self, x: float, y: float) -> Point:
        """Return a local point on the canvas; mirrored so that the light falls from the left."""
        return (self.x - x * self.light.side * self.height, self.base - y * self.height)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Draw a filled polygon."""
        self.canvas.polygon([self.at(*point) for point in points], colour)

    def box(self, x0: float, y0: float, x1: float, y1: float, colour: Colour) -> None:
        """Draw an upright rectangle."""
        self.polygon([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], colour)

    def graded(self, points: Sequence[Point], stops: Sequence[Colour]) -> None:
        """Draw a polygon graded from top to bottom."""
        self.canvas.graded([self.at(*point) for point in points], stops)

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """Draw a filled ellipse."""
        px, py = self.at(x, y)
        self.canvas.ellipse(px, py, rx * self.height, ry * self.height, colour)

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a polyline; its width is a share of the subject's height."""
        self.canvas.line([self.at(*point) for point in points], colour, width * self.height)

    def slice(
        self, x: float, y: float, radii: tuple[float, float], span: tuple[float, float], colour: Colour
    ) -> None:
        """Draw the part of an ellipse between two angles in degrees, counted from the right, upwards."""
        self.polygon(arc(x, y, radii, span), colour)

    def glow(self, x: float, y: float, radius: float, colour: Colour, strength: float) -> None:
        """Light around a point."""
        px, py = self.at(x, y)
        self.canvas.glow(px, py, radius * self.height, radius * self.height, colour, strength=strength)


def arc(x: float, y: float, radii: tuple[float, float], span: tuple[float, float], steps: int = 18) -> list[Point]:
    """Points along an ellipse between two angles in degrees."""
    start, end = math.radians(span[0]), math.radians(span[1])
    angles = [start + (end - start) * step / steps for step in range(steps + 1)]
    return [(x + radii[0] * math.cos(angle), y + radii[1] * math.sin(angle)) for angle in angles]
