"""A supersampled canvas: shapes with flat, translucent and graded fills, in units of 1/128 of the picture."""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from PIL import Image, ImageDraw

Colour = tuple[float, float, float]
Point = tuple[float, float]

UNITS = 128
"""The picture is this many units wide and high, whatever its size in pixels."""


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour `share` of the way from `a` to `b`."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def times(colour: Colour, tint: Colour) -> Colour:
    """Return the colour seen under a light of that tint."""
    return (colour[0] * tint[0], colour[1] * tint[1], colour[2] * tint[2])


def ink(colour: Colour) -> tuple[int, int, int]:
    """Return the colour as bytes, cut to their range."""
    return (_byte(colour[0]), _byte(colour[1]), _byte(colour[2]))


def _byte(value: float) -> int:
    return 0 if value < 0 else 255 if value > 255 else int(value + 0.5)


@lru_cache(maxsize=8)
def _disc(power: float) -> Image.Image:
    axis = np.linspace(-1, 1, 96)
    radius = np.sqrt(axis[:, None] ** 2 + axis[None, :] ** 2)
    return Image.fromarray((255 * np.clip(1 - radius, 0, 1) ** power).astype(np.uint8))


class Canvas:
    """Draws at `over` times the wanted size; `picture()` is the finished, smoothed image."""

    def __init__(self, size: int, over: int) -> None:
        self.size, self.over = size, over
        self.scale = size * over / UNITS
        self.image = Image.new("RGB", (size * over, size * over))
        self._draw = ImageDraw.Draw(self.image)

    def picture(self) -> Image.Image:
        """Return the drawing at its final size."""
        return self.image.reduce(self.over)

    def polygon(self, points: Sequence[Point], colour: Colour) -> None:
        """Draw a filled polygon."""
        k = self.scale
        self._draw.polygon([(x * k, y * k) for x, y in points], fill=ink(colour))

    def ellipse(self, x: float, y: float, rx: float, ry: float, colour: Colour) -> None:
        """Draw a filled ellipse around (x, y)."""
        k = self.scale
        self._draw.ellipse(((x - rx) * k, (y - ry) * k, (x + rx) * k, (y + ry) * k), fill=ink(colour))

    def line(self, points: Sequence[Point], colour: Colour, width: float) -> None:
        """Draw a polyline with rounded joints."""
        k = self.scale
        self._draw.line([(x * k, y * k) for x, y in points], ink(colour), max(1, round(width * k)), joint="curve")

    def arc(self, box: tuple[float, float, float, float], start: float, end: float, colour: Colour) -> None:
        """Draw a filled slice of the ellipse in `box`, angles in degrees clockwise from the right."""
        k = self.scale
        self._draw.chord((box[0] * k, box[1] * k, box[2] * k, box[3] * k), start, end, fill=ink(colour))

    def graded(self, points: Sequence[Point], stops: Sequence[Colour], alpha: float = 1.0) -> None:
        """Draw a polygon filled from top to bottom with a gradient through `stops`."""
        k = self.scale
        scaled = [(x * k, y * k) for x, y in points]
        box = self._box([x for x, _ in scaled], [y for _, y in scaled])
        if box is None:
            return
        left, top, right, bottom = box
        mask = Image.new("L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in scaled], fill=_byte(255 * alpha))
        self.image.paste(gradient(stops, mask.size), (left, top), mask)

    def graded_discs(
        self, discs: Sequence[tuple[float, float, float, float]], stops: Sequence[Colour], alpha: float = 1.0
    ) -> None:
        """Draw the union of ellipses (x, y, rx, ry) filled from top to bottom with one gradient."""
        k = self.scale
        box = self._box(
            [v * k for x, _, rx, _ in discs for v in (x - rx, x + rx)],
            [v * k for _, y, _, ry in discs for v in (y - ry, y + ry)],
        )
        if box is None:
            return
        left, top, right, bottom = box
        mask = Image.new("L", (right - left, bottom - top))
        draw = ImageDraw.Draw(mask)
        for x, y, rx, ry in discs:
            bounds = ((x - rx) * k - left, (y - ry) * k - top, (x + rx) * k - left, (y + ry) * k - top)
            draw.ellipse(bounds, fill=_byte(255 * alpha))
        self.image.paste(gradient(stops, mask.size), (left, top), mask)

    def backdrop(self, stops: Sequence[Colour], bottom: float) -> None:
        """Draw a gradient over the whole width from the top edge down to `bottom`."""
        k = self.scale
        self.image.paste(gradient(stops, (self.image.width, round(bottom * k))), (0, 0))

    def veil(self, top: float, colour: Colour, reach: float, alpha: float) -> None:
        """Draw a translucent colour below `top`, growing to `alpha` over the next `reach` units."""
        k = self.scale
        first, side = round(top * k), self.image.width
        rise = np.clip((np.arange(side - first) + 1) / (reach * k), 0, 1) * 255 * alpha
        mask = Image.fromarray(rise.astype(np.uint8)[:, None]).resize(
            (side, side - first), Image.Resampling.NEAREST
        )
        self.image.paste(ink(colour), (0, first), mask)

    def strokes(self, lines: Sequence[tuple[Point, Point]], colour: Colour, width: float, alpha: float) -> None:
        """Translucent straight lines."""
        k = self.scale
        mask = Image.new("L", self.image.size)
        draw = ImageDraw.Draw(mask)
        for (x0, y0), (x1, y1) in lines:
            draw.line((x0 * k, y0 * k, x1 * k, y1 * k), fill=_byte(255 * alpha), width=max(1, round(width * k)))
        self.image.paste(ink(colour), (0, 0), mask)

    def glow(
        self, x: float, y: float, rx: float, ry: float, colour: Colour, *, strength: float, power: float = 2
    ) -> None:
        """Light around (x, y) that fades to nothing at the radii."""
        k = self.scale
        width, height = max(1, round(2 * rx * k)), max(1, round(2 * ry * k))
        mask = _disc(power).resize((width, height), Image.Resampling.BILINEAR)
        if strength < 1:
            mask = mask.point(_strength_table(strength))
        self.image.paste(ink(colour), (round((x - rx) * k), round((y - ry) * k)), mask)

    def mirror(self, x0: float, x1: float, waterline: float, depth: float, strength: float) -> None:
        """Draw what stands above the waterline, again below it, fading with depth and broken by ripples."""
        k = self.scale
        left, right = max(0, round(x0 * k)), min(self.image.width, round(x1 * k))
        line = round(waterline * k)
        rows = min(round(depth * k), line, self.image.height - line)
        if rows < 2 or right <= left:
            return
        above = self.image.crop((left, line - rows, right, line)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        ys = np.arange(rows) / k
        fade = strength * (1 - ys / depth) * (0.72 + 0.28 * np.sin(ys * 2.1))
        xs = np.linspace(-1, 1, right - left)
        side = np.clip(3.0 * (1 - np.abs(xs)), 0, 1)
        mask = Image.fromarray((255 * fade[:, None] * side[None, :]).clip(0, 255).astype(np.uint8))
        self.image.paste(above, (left, line), mask)

    def _box(self, xs: list[float], ys: list[float]) -> tuple[int, int, int, int] | None:
        left, right = max(0, int(min(xs))), min(self.image.width, int(max(xs)) + 1)
        top, bottom = max(0, int(min(ys))), min(self.image.height, int(max(ys)) + 1)
        return (left, top, right, bottom) if right > left and bottom > top else None


@lru_cache(maxsize=64)
def _strength_table(strength: float) -> list[int]:
    return [_byte(value * strength) for value in range(256)]


def gradient(stops: Sequence[Colour], size: tuple[int, int]) -> Image.Image:
    """Return an image graded from top to bottom through evenly spaced stops."""
    width, height = size
    if len(stops) == 1:
        return Image.new("RGB", size, ink(stops[0]))
    table = np.asarray(stops, np.float32)
    at = np.linspace(0, len(stops) - 1, height)
    lower = np.minimum(at.astype(int), len(stops) - 2)
    share = (at - lower)[:, None]
    rows = table[lower] * (1 - share) + table[lower + 1] * share
    column = Image.fromarray(np.clip(rows + 0.5, 0, 255).astype(np.uint8)[:, None, :])
    return column.resize((width, height), Image.Resampling.NEAREST)
