"""The eight settings: land and water from the horizon to the front edge, hazier the farther away."""

import math
import random
from collections.abc import Callable
from typing import Final

from training.illustrator.canvas import UNITS, Canvas, Colour, Point, mix
from training.illustrator.sketch import Sketch

Painter = Callable[[Sketch], None]

WATERY: Final = ("sea", "lake")
"""Settings where the subject floats, or stands on an island."""


def draw_place(setting: str, sketch: Sketch) -> None:
    """Draw the setting over a finished sky."""
    _PAINTERS[setting](sketch)


def _ridge(rng: random.Random, level: float, height: float, waves: float, steps: int = 32) -> list[Point]:
    """Return a rolling outline across the picture, at most `height` above `level`."""
    phases = [rng.uniform(0, math.tau) for _ in range(3)]
    points = []
    for step in range(steps + 1):
        x = step / steps
        wave = math.sin(math.tau * waves * x + phases[0])
        wave += 0.5 * math.sin(math.tau * waves * 2.1 * x + phases[1])
        wave += 0.2 * math.sin(math.tau * waves * 4.3 * x + phases[2])
        points.append((x * UNITS, level - height * (0.5 + wave / 3.4)))
    return points


def _filled(outline: list[Point], bottom: float) -> list[Point]:
    return [*outline, (outline[-1][0] + 1, bottom), (outline[0][0], bottom)]


def _hill(
    sketch: Sketch, outline: list[Point], colour: Colour, depth: tuple[float, float], bottom: float = UNITS
) -> None:
    stops = (
        sketch.light.far(mix(colour, (255, 255, 235), 0.10), depth[0]),
        sketch.light.far(mix(colour, (20, 30, 50), 0.10), depth[1]),
    )
    sketch.canvas.graded(_filled(outline, bottom), stops)


def _peak(sketch: Sketch, x: float, base: float, size: tuple[float, float], depth: float) -> None:
    """Draw a mountain with a lit side, a shaded side and snow above two thirds of its height."""
    width, height = size
    rock, top = (112, 122, 146), (x, base - height)
    lit, dark = (
        sketch.light.far(mix(rock, (255, 255, 255), 0.16), depth),
        sketch.light.far(mix(rock, (30, 34, 66), 0.25), depth),
    )
    left, right = (x - width, base), (x + width, base)
    sides = ((left, lit), (right, dark)) if sketch.light.side < 0 else ((right, lit), (left, dark))
    bend = (x + width * 0.12 * -sketch.light.side, base)
    for corner, colour in sides:
        sketch.canvas.polygon([top, corner, bend], colour)
    snow_lit, snow_dark = (
        sketch.light.far((250, 252, 255), depth * 0.6),
        sketch.light.far((196, 208, 234), depth * 0.7),
    )
    share = 0.36
    for corner, colour in ((sides[0][0], snow_lit), (sides[1][0], snow_dark)):
        edge = (top[0] + (corner[0] - top[0]) * share, top[1] + height * share)
        middle = (top[0] + (bend[0] - top[0]) * share * 1.15, top[1] + height * share * 1.15)
        notch = ((edge[0] + middle[0]) / 2, (edge[1] + middle[1]) / 2 - height * 0.09)
        sketch.canvas.polygon([top, edge, notch, middle], colour)


def _conifer(canvas: Canvas, foot: Point, height: float, colours: tuple[Colour, Colour], side: int) -> None:
    (x, base), (lit, dark) = foot, colours
    for tier in range(3):
        low = base - height * (0.08 + 0.27 * tier)
        half = height * (0.27 - 0.07 * tier)
        tip = (x, low - height * 0.42)
        canvas.polygon([tip, (x - half, low), (x + half, low)], dark)
        canvas.polygon([tip, (x + half * side, low), (x + half * side * 0.12, low)], lit)


def _conifers(sketch: Sketch, row: tuple[float, float, int], height: float, depth: float) -> None:
    """Draw a row of `count` firs between two bases, from the left edge to the right one."""
    low, high, count = row
    lit, dark = sketch.light.far((64, 132, 84), depth), sketch.light.far((28, 82, 66), depth)
    for number in range(count):
        x = (number + sketch.rng.uniform(0.1, 0.9)) * UNITS / count
        _conifer(
            sketch.canvas,
            (x, sketch.rng.uniform(low, high)),
            height * sketch.rng.uniform(0.8, 1.25),
            (lit, dark),
            sketch.light.side,
        )


def _water(sketch: Sketch, top: float, deep: Colour, shallow: Colour) -> None:
    far = mix(sketch.light.far(shallow, 0.7), sketch.light.sky[-1], 0.45)
    middle = mix(sketch.light.far(mix(shallow, deep, 0.5), 0.2), sketch.light.sky[-2], 0.22)
    box = [(0.0, top), (129.0, top), (129.0, 129.0), (0.0, 129.0)]
    sketch.canvas.graded(box, (far, middle, sketch.light.far(deep, 0)))


def _glitter(sketch: Sketch, top: float) -> None:
    """Draw the sun's or moon's path on the water."""
    if sketch.light.lamp_visible < 0.3:
        return
    y, step = top + 1.5, 0
    lines = []
    while y < 122:
        spread = 2.5 + (y - top) * 0.16
        half = (sketch.light.lamp_radius * 0.55 + (y - top) * 0.07) * sketch.rng.uniform(0.5, 1.2)
        x = sketch.light.lamp_x + sketch.rng.uniform(-spread, spread) * 0.7
        lines.append(((x - half, y), (x + half, y)))
        step += 1
        y += 2.3 + step * 0.28
    sketch.canvas.strokes(lines, sketch.light.lamp, 1.1, 0.62 * sketch.light.lamp_visible)


def _waves(sketch: Sketch, top: float, colour: Colour) -> None:
    lines = []
    for number in range(13):
        y = top + 5 + (124 - top) * (number / 13) ** 1.15
        half = 2.2 + (y - top) * 0.09
        x = sketch.rng.uniform(0, UNITS)
        lines.append(((x - half, y), (x + half, y)))
    sketch.canvas.strokes(lines, mix(colour, sketch.light.sky[-1], 0.35), 1.0, 0.42)


def _sea(sketch: Sketch) -> None:
    top = sketch.light.horizon
    _water(sketch, top, (14, 66, 134), (70, 168, 208))
    _glitter(sketch, top)
    _waves(sketch, top, sketch.light.far((220, 240, 250), 0.1))


def _lake(sketch: Sketch) -> None:
    shore = sketch.light.horizon + 5
    _hill(sketch, _ridge(sketch.rng, shore - 6, 22, 1.1), (86, 116, 136), (1.0, 0.8))
    _hill(sketch, _ridge(sketch.rng, shore - 1, 13, 1.6), (72, 128, 104), (0.72, 0.5))
    _conifers(sketch, (shore, shore + 1, 15), 13, 0.45)
    _water(sketch, shore, (18, 84, 104), (110, 178, 178))
    sketch.canvas.mirror(-30, 158, shore, 26, 0.55)
    _glitter(sketch, shore + 8)
    for side in (-1, 1):
        _bank(sketch, side)


def _bank(sketch: Sketch, side: int) -> None:
    """Grass and reeds in a lower corner."""
    edge = 64 + 64 * side
    width = sketch.rng.uniform(26, 40)
    rise = sketch.rng.uniform(9, 14)
    outline = [(edge - side * width, 129.0), (edge - side * width * 0.55, 128 - rise * 0.75), (edge, 128 - rise)]
    sketch.canvas.graded(
        [*outline, (edge, 129.0)], (sketch.light.far((110, 170, 88), 0), sketch.light.far((52, 112, 70), 0))
    )
    reed = sketch.light.far((66, 120, 62), 0)
    for _ in range(5):
        x = edge - side * sketch.rng.uniform(2, width * 0.55)
        tip = (x + sketch.rng.uniform(-2, 2), 128 - rise - sketch.rng.uniform(7, 13))
        sketch.canvas.line([(x, 126.0), tip], reed, 0.9)
        sketch.canvas.ellipse(tip[0], tip[1], 0.9, 2.2, sketch.light.far((112, 76, 50), 0))


def _meadow(sketch: Sketch) -> None:
    top = sketch.light.horizon
    _hill(sketch, _ridge(sketch.rng, top + 4, 15, 1.0), (108, 158, 118), (1.0, 0.75))
    _hill(sketch, _ridge(sketch.rng, top + 10, 12, 0.8), (122, 184, 96), (0.62, 0.38))
    trees = (sketch.light.far((92, 156, 84), 0.5), sketch.light.far((54, 112, 74), 0.5))
    for _ in range(4):
        x, base, radius = sketch.rng.uniform(4, 124), top + sketch.rng.uniform(5, 9), sketch.rng.uniform(2.6, 4.2)
        sketch.canvas.ellipse(x, base - radius, radius, radius * 1.1, trees[1])
        sketch.canvas.ellipse(
            x + sketch.light.side * radius * 0.25, base - radius * 1.2, radius * 0.65, radius * 0.75, trees[0]
        )
    _hill(sketch, _ridge(sketch.rng, top + 17, 8, 0.7), (140, 200, 84), (0.2, 0.0))
    for _ in range(16):
        x, y = sketch.rng.uniform(2, 126), sketch.rng.uniform(top + 26, 125)
        petal = sketch.rng.choice(((255, 255, 255), (255, 226, 110), (244, 150, 170)))
        size = 0.7 + (y - top) * 0.013
        sketch.canvas.ellipse(x, y, size, size, sketch.light.far(petal, 0.1))


def _forest(sketch: Sketch) -> None:
    top = sketch.light.horizon
    _hill(sketch, _ridge(sketch.rng, top - 4, 10, 1.4), (80, 130, 110), (1.0, 0.9))
    _conifers(sketch, (top + 4, top + 6, 15), 32, 0.85)
    _hill(sketch, _ridge(sketch.rng, top + 8, 5, 1.0), (70, 120, 82), (0.8, 0.6))
    _conifers(sketch, (top + 10, top + 13, 10), 40, 0.48)
    _hill(sketch, _ridge(sketch.rng, top + 17, 6, 0.9), (82, 134, 72), (0.3, 0.0))
    lit, dark = sketch.light.far((54, 122, 74), 0.08), sketch.light.far((20, 66, 56), 0.08)
    for side in (-1, 1):
        for place in (0.98, 0.72):
            x = 64 + side * (64 * place + sketch.rng.uniform(-4, 4))
            base = 118 if place > 0.9 else 108
            _conifer(
                sketch.canvas,
                (x, base + sketch.rng.uniform(-3, 4)),
                sketch.rng.uniform(56, 70) * (0.8 + 0.3 * place),
                (lit, dark),
                sketch.light.side,
            )
    for _ in range(7):
        x, y = sketch.rng.uniform(8, 120), sketch.rng.uniform(112, 126)
        sketch.canvas.ellipse(x, y, sketch.rng.uniform(2, 4), 1.1, sketch.light.far((58, 108, 60), 0))


def _desert(sketch: Sketch) -> None:
    top = sketch.light.horizon
    for _ in range(2):
        x, width, height = sketch.rng.uniform(6, 122), sketch.rng.uniform(9, 18), sketch.rng.uniform(9, 20)
        mesa = [
            (x - width, top + 8),
            (x - width * 0.75, top - height),
            (x + width * 0.7, top - height),
            (x + width, top + 8),
        ]
        sketch.canvas.graded(
            mesa, (sketch.light.far((214, 132, 98), 0.72), sketch.light.far((214, 140, 100), 1.0))
        )
    _hill(sketch, _ridge(sketch.rng, top + 5, 9, 0.9), (240, 196, 128), (0.85, 0.6))
    for level, height, colour, depth in ((13, 13, (242, 190, 112), 0.42), (27, 13, (246, 200, 120), 0.12)):
        outline = _ridge(sketch.rng, top + level, height, sketch.rng.uniform(0.5, 0.8))
        sketch.canvas.graded(
            _filled([(x, y - 1.1) for x, y in outline], UNITS), (sketch.light.far((255, 224, 160), depth),)
        )
        _hill(sketch, outline, mix(colour, (196, 120, 80), 0.16), (depth, depth * 0.3))


def _mountains(sketch: Sketch) -> None:
    base = sketch.light.horizon + 12
    ground = sketch.light.far((104, 138, 112), 0.5)
    sketch.canvas.polygon([(0, base - 9), (129, base - 9), (129, 129), (0, 129)], ground)
    for number in range(4):
        x = number * 42 + sketch.rng.uniform(-12, 12)
        _peak(sketch, x, base, (sketch.rng.uniform(26, 34), sketch.rng.uniform(30, 40)), 0.8)
    for number in sketch.rng.sample((0, 1, 2), 2):
        x = 12 + number * 52 + sketch.rng.uniform(-9, 9)
        _peak(sketch, x, base + 4, (sketch.rng.uniform(34, 42), sketch.rng.uniform(46, 60)), 0.36)
    _hill(sketch, _ridge(sketch.rng, base + 5, 9, 1.0), (104, 138, 112), (0.5, 0.3))
    _conifers(sketch, (base + 5, base + 8, 12), 11, 0.25)
    _hill(sketch, _ridge(sketch.rng, base + 11, 7, 0.8), (124, 152, 104), (0.15, 0.0))
    for _ in range(5):
        x, y, size = sketch.rng.uniform(4, 124), sketch.rng.uniform(110, 125), sketch.rng.uniform(2, 4)
        stone = [(x - size, y), (x - size * 0.3, y - size), (x + size * 0.6, y - size * 0.8), (x + size, y)]
        sketch.canvas.polygon(stone, sketch.light.far((142, 146, 152), 0))


def _city(sketch: Sketch) -> None:
    base = sketch.light.horizon + 14
    _skyline(sketch, base, (14, 40), 0.85)
    _skyline(sketch, base, (6, 26), 0.42)
    pave = sketch.light.far((176, 178, 190), 0.15)
    sketch.canvas.graded(
        [(0, base), (129, base), (129, 129), (0, 129)],
        (sketch.light.far((128, 178, 104), 0.2), sketch.light.far((86, 146, 86), 0)),
    )
    sketch.canvas.graded(
        [(0, base + 20), (129, base + 20), (129, 129), (0, 129)], (pave, sketch.light.far((140, 142, 158), 0))
    )
    sketch.canvas.polygon(
        [(0, base + 19), (129, base + 19), (129, base + 21), (0, base + 21)],
        sketch.light.far((214, 214, 218), 0.1),
    )
    for number in range(4):
        x = number * 36 + 4
        sketch.canvas.polygon(
            [(x, 121), (x + 15, 121), (x + 14, 123), (x - 1, 123)], sketch.light.far((236, 232, 220), 0)
        )


def _skyline(sketch: Sketch, base: float, heights: tuple[float, float], depth: float) -> None:
    x = -4.0
    while x < UNITS:
        width, height = sketch.rng.uniform(9, 16), base - sketch.light.horizon + sketch.rng.uniform(*heights)
        wall = sketch.rng.choice(((108, 122, 158), (134, 128, 158), (96, 132, 150), (150, 140, 152)))
        top = base - height
        box = [(x, base), (x, top), (x + width, top), (x + width, base)]
        sketch.canvas.graded(
            box,
            (
                sketch.light.far(wall, depth),
                sketch.light.far(mix(wall, (255, 255, 255), 0.1), min(1.0, depth * 1.25)),
            ),
        )
        _windows(sketch, (x, top, width, base), depth)
        x += width + sketch.rng.choice((0.0, 0.0, 2.5))


def _windows(sketch: Sketch, box: tuple[float, float, float, float], depth: float) -> None:
    left, top, width, base = box
    lit, unlit = mix((255, 214, 120), sketch.light.haze, depth * 0.35), sketch.light.far((190, 210, 230), depth)
    columns = 2 if width < 12 else 3
    pitch = width / columns
    y = top + 3
    while y < base - 4:
        for column in range(columns):
            if sketch.rng.random() < 0.62:
                x = left + pitch * (column + 0.5)
                glass = lit if sketch.light.lamps_lit and sketch.rng.random() < 0.75 else unlit
                sketch.canvas.polygon([(x - 1.1, y), (x + 1.1, y), (x + 1.1, y + 2.2), (x - 1.1, y + 2.2)], glass)
        y += 4.6


def _arctic(sketch: Sketch) -> None:
    top = sketch.light.horizon
    sea = (64, 140, 178)
    sketch.canvas.graded(
        [(0, top), (129, top), (129, top + 26), (0, top + 26)],
        (sketch.light.far(sea, 0.8), sketch.light.far(sea, 0.2)),
    )
    for _ in range(4):
        _iceberg(sketch, sketch.rng.uniform(0, 128), top + sketch.rng.uniform(2, 7))
    outline = _ridge(sketch.rng, top + 17, 6, 0.8)
    _hill(sketch, outline, (236, 244, 252), (0.1, 0.0))
    shade = sketch.light.far((188, 212, 236), 0)
    for _ in range(6):
        x, y, half = sketch.rng.uniform(4, 124), sketch.rng.uniform(top + 26, 125), sketch.rng.uniform(5, 12)
        sketch.canvas.ellipse(x, y, half, 0.9, shade)
    for _ in range(2):
        x, y, size = sketch.rng.uniform(6, 122), sketch.rng.uniform(114, 125), sketch.rng.uniform(3, 6)
        sketch.canvas.polygon(
            [(x - size, y), (x - size * 0.2, y - size * 1.2), (x + size * 0.3, y)],
            sketch.light.far((214, 232, 248), 0),
        )
        sketch.canvas.polygon(
            [(x - size * 0.2, y - size * 1.2), (x + size, y), (x + size * 0.3, y)],
            sketch.light.far((150, 190, 222), 0),
        )


def _iceberg(sketch: Sketch, x: float, base: float) -> None:
    width, height = sketch.rng.uniform(12, 22), sketch.rng.uniform(14, 30)
    lit, dark = sketch.light.far((238, 248, 255), 0.3), sketch.light.far((142, 186, 220), 0.5)
    s = -sketch.light.side
    tip, shoulder = (x, base - height), (x + s * width * 0.55, base - height * 0.6)
    sketch.canvas.polygon([tip, shoulder, (x + s * width, base), (x + s * width * 0.15, base)], dark)
    sketch.canvas.polygon(
        [
            tip,
            (x - s * width * 0.5, base - height * 0.5),
            (x - s * width * 0.8, base),
            (x + s * width * 0.15, base),
        ],
        lit,
    )


_PAINTERS: Final[dict[str, Painter]] = {
    "sea": _sea, "lake": _lake, "meadow": _meadow, "forest": _forest,
    "desert": _desert, "mountains": _mountains, "city": _city, "arctic": _arctic,
}  # fmt: skip
