"""The subjects, each a few shapes with a lit and a shaded side."""

import math
from collections.abc import Callable
from typing import Final

from training.illustrator.canvas import Colour, mix
from training.illustrator.pen import Pen, arc

WOOD: Final[Colour] = (134, 88, 58)
CREAM: Final[Colour] = (250, 242, 222)
SLATE: Final[Colour] = (78, 84, 108)

HEIGHTS: Final[dict[str, float]] = {
    "boat": 56, "house": 46, "tree": 58, "balloon": 58, "lighthouse": 68, "castle": 56, "cactus": 52,
    "windmill": 58, "rocket": 58, "cat": 48, "mushroom": 46, "tent": 40, "car": 32, "umbrella": 52, "flower": 54,
}  # fmt: skip
"""How tall each subject is, in 1/128 of the picture."""

AIRBORNE: Final = ("balloon", "rocket")
FLOATING: Final = ("boat",)


def draw_subject(subject: str, pen: Pen) -> None:
    """Draw the subject at the pen's place."""
    _DRAWERS[subject](pen)


def _boat(pen: Pen) -> None:
    pen.line([(0.02, 0.2), (0.02, 1.0)], pen.of(WOOD), 0.028)
    sail, shade = pen.of(CREAM), pen.of((222, 206, 184))
    pen.polygon([(0.05, 0.30), (0.05, 0.95), (0.46, 0.30)], shade)
    pen.polygon([(0.05, 0.30), (0.05, 0.95), (0.26, 0.30)], sail)
    pen.polygon([(-0.02, 0.30), (-0.02, 0.86), (-0.34, 0.30)], pen.main)
    pen.polygon([(-0.02, 0.30), (-0.02, 0.86), (-0.15, 0.30)], pen.deep)
    pen.polygon([(0.02, 1.0), (0.02, 0.92), (0.14, 0.96)], pen.main)
    pen.graded([(-0.56, 0.24), (0.58, 0.24), (0.40, 0.0), (-0.38, 0.0)], (pen.pale, pen.main, pen.deep))
    pen.polygon([(-0.56, 0.24), (0.58, 0.24), (0.555, 0.20), (-0.525, 0.20)], pen.trim)


def _house(pen: Pen) -> None:
    roof, roof_dark = pen.of((150, 84, 70)), pen.of((108, 60, 60))
    pen.box(0.26, 0.68, 0.38, 1.0, pen.of((150, 110, 96)))
    pen.box(-0.50, 0.0, 0.02, 0.52, pen.main)
    pen.box(0.0, 0.0, 0.54, 0.50, pen.deep)
    pen.polygon([(-0.50, 0.50), (-0.24, 0.90), (0.02, 0.50)], pen.main)
    pen.graded([(-0.24, 0.94), (0.36, 0.94), (0.62, 0.48), (0.04, 0.48)], (roof, roof_dark))
    pen.line([(-0.57, 0.47), (-0.24, 0.94), (0.05, 0.48)], roof_dark, 0.06)
    pen.box(-0.35, 0.0, -0.17, 0.30, pen.of(WOOD))
    pen.box(-0.33, 0.38, -0.17, 0.54, pen.window)
    for x in (0.11, 0.34):
        pen.box(x, 0.18, x + 0.14, 0.36, pen.window)
    pen.ellipse(-0.21, 0.14, 0.015, 0.015, pen.of(CREAM))


def _tree(pen: Pen) -> None:
    pen.polygon([(-0.07, 0.0), (0.09, 0.0), (0.045, 0.45), (-0.035, 0.45)], pen.of(WOOD))
    pen.line([(0.0, 0.28), (0.16, 0.46)], pen.of(WOOD), 0.04)
    wobble = pen.rng.uniform(-0.03, 0.03)
    crown = (
        (0.2, 0.48, 0.22),
        (-0.2, 0.5, 0.22),
        (0.0, 0.72 + wobble, 0.27),
        (0.22, 0.64, 0.2),
        (-0.22, 0.66, 0.2),
    )
    for x, y, r in crown:
        pen.ellipse(x + 0.02, y - 0.02, r, r, pen.deep)
    for x, y, r in crown:
        pen.ellipse(x - 0.035, y + 0.03, r * 0.9, r * 0.88, pen.main)
    for x, y, r in ((-0.24, 0.70, 0.09), (-0.06, 0.84, 0.11), (-0.22, 0.53, 0.07), (0.12, 0.68, 0.06)):
        pen.ellipse(x, y, r, r * 0.85, pen.pale)


def _balloon(pen: Pen) -> None:
    rope = pen.of((120, 90, 70))
    for x in (-0.085, 0.085):
        pen.line([(x, 0.14), (x * 2.1, 0.36)], rope, 0.014)
    widths = (0.36, 0.245, 0.09)
    for width, colour in zip(widths, (pen.deep, pen.main, pen.pale), strict=True):
        outline = [*arc(0.0, 0.64, (width, 0.36), (0, 180)), (-0.36 * width, 0.30), (0.36 * width, 0.30)]
        pen.polygon(outline, colour)
    left = [
        *arc(0.0, 0.64, (0.36, 0.36), (90, 180)),
        (-0.13, 0.30),
        (-0.09, 0.30),
        *reversed(arc(0.0, 0.64, (0.245, 0.36), (90, 180))),
    ]
    pen.polygon(left, pen.pale)
    band = [(-0.352, 0.70), (0.352, 0.70), (0.36, 0.60), (-0.36, 0.60)]
    pen.polygon(band, pen.trim)
    pen.box(-0.09, 0.0, 0.09, 0.135, pen.of((160, 106, 62)))
    pen.box(0.02, 0.0, 0.09, 0.135, pen.of((122, 78, 50)))
    pen.box(-0.10, 0.115, 0.10, 0.145, pen.of((100, 64, 44)))
    if pen.light.lamps_lit:
        pen.glow(0.0, 0.34, 0.16, (255, 210, 110), 0.75)


def _lighthouse(pen: Pen) -> None:
    pen.ellipse(0.0, 0.02, 0.26, 0.05, pen.of((120, 116, 122)))

    def half(y: float) -> float:
        return 0.15 - 0.075 * y

    bands = 5
    for band in range(bands):
        low, high = band * 0.72 / bands, (band + 1) * 0.72 / bands
        colour, shade = (
            (pen.main, pen.deep) if band % 2 == 0 else (pen.trim, mix(pen.trim, pen.of((60, 66, 110)), 0.28))
        )
        pen.polygon([(-half(low), low), (half(low), low), (half(high), high), (-half(high), high)], colour)
        pen.polygon(
            [(0.15 * half(low), low), (half(low), low), (half(high), high), (0.15 * half(high), high)], shade
        )
    pen.box(-0.14, 0.72, 0.14, 0.755, pen.of(SLATE))
    pen.box(-0.075, 0.755, 0.075, 0.87, (255, 226, 130) if pen.light.lamps_lit else pen.of((250, 232, 170)))
    pen.polygon([(-0.10, 0.87), (0.10, 0.87), (0.0, 0.99)], pen.main)
    pen.box(-0.03, 0.0, 0.04, 0.10, pen.of((84, 60, 52)))
    if pen.light.lamps_lit:
        pen.glow(0.0, 0.81, 0.30, (255, 232, 150), 0.8)


def _castle(pen: Pen) -> None:
    def tower(x: float, width: float, top: float, shade: Colour) -> None:
        pen.box(x - width, 0.0, x + width, top, pen.main)
        pen.box(x + width * 0.15, 0.0, x + width, top, shade)
        pen.polygon(
            [(x - width * 1.35, top), (x + width * 1.35, top), (x, top + width * 2.7)], pen.of((96, 74, 116))
        )
        pen.polygon([(x - width * 1.35, top), (x, top), (x, top + width * 2.7)], pen.of((136, 104, 150)))
        pen.box(
            x - 0.025,
            top - 0.16,
            x + 0.025,
            top - 0.07,
            pen.window if pen.light.lamps_lit else pen.of((66, 60, 84)),
        )

    tower(0.0, 0.13, 0.66, pen.deep)
    pen.box(-0.44, 0.0, 0.44, 0.36, pen.main)
    pen.box(0.16, 0.0, 0.44, 0.36, pen.deep)
    for number in range(6):
        x = -0.33 + number * 0.115
        pen.box(x, 0.36, x + 0.06, 0.41, pen.main if x < 0.14 else pen.deep)
    tower(-0.43, 0.105, 0.54, pen.deep)
    tower(0.43, 0.105, 0.54, pen.deep)
    pen.polygon([(-0.09, 0.0), (0.09, 0.0), *arc(0.0, 0.15, (0.09, 0.1), (0, 180))], pen.of((74, 52, 56)))
    for x in (-0.23, 0.23):
        pen.box(x - 0.025, 0.18, x + 0.025, 0.27, pen.window if pen.light.lamps_lit else pen.of((66, 60, 84)))


def _cactus(pen: Pen) -> None:
    def limb(points: list[tuple[float, float]], width: float, colour: Colour) -> None:
        pen.line(points, colour, width)
        for x, y in (points[0], points[-1]):
            pen.ellipse(x, y, width / 2, width / 2, colour)

    for shift, width, colour in ((0.0, 0.20, pen.deep), (-0.025, 0.13, pen.main)):
        limb([(-0.28 + shift, 0.72), (-0.28 + shift, 0.48), (0.0, 0.40)], width * 0.72, colour)
        limb([(0.29 + shift, 0.62), (0.29 + shift, 0.36), (0.0, 0.28)], width * 0.72, colour)
        limb([(shift, 0.06), (shift, 0.88)], width, colour)
    for points in ([(-0.05, 0.08), (-0.05, 0.9)], [(-0.315, 0.5), (-0.315, 0.72)], [(0.255, 0.38), (0.255, 0.62)]):
        pen.line(points, pen.pale, 0.026)
    for x, y in ((0.0, 1.0), (-0.28, 0.81)):
        pen.ellipse(x, y - 0.02, 0.05, 0.035, pen.of((250, 120, 150)))


def _windmill(pen: Pen) -> None:
    pen.polygon([(-0.21, 0.0), (0.21, 0.0), (0.125, 0.62), (-0.125, 0.62)], pen.main)
    pen.polygon([(0.04, 0.0), (0.21, 0.0), (0.125, 0.62), (0.025, 0.62)], pen.deep)
    pen.slice(0.0, 0.61, (0.15, 0.15), (0, 180), pen.of((92, 70, 72)))
    pen.box(-0.06, 0.0, 0.05, 0.17, pen.of(WOOD))
    pen.box(-0.045, 0.32, 0.035, 0.43, pen.window)
    turn = pen.rng.uniform(15, 75)
    for blade in range(4):
        a = math.radians(turn + blade * 90)
        c, s = math.cos(a), math.sin(a)
        tip = (0.46 * c, 0.66 + 0.46 * s)
        near = (0.12 * c, 0.66 + 0.12 * s)
        out = (-0.115 * s, 0.115 * c)
        pen.polygon(
            [near, tip, (tip[0] + out[0], tip[1] + out[1]), (near[0] + out[0], near[1] + out[1])],
            pen.of((250, 244, 230)),
        )
        pen.line([(0.0, 0.66), tip], pen.of((112, 80, 60)), 0.03)
    pen.ellipse(0.0, 0.66, 0.04, 0.04, pen.of((84, 58, 48)))


def _rocket(pen: Pen) -> None:
    pen.glow(0.0, 0.06, 0.26, (255, 190, 90), 0.8)
    pen.polygon([(-0.10, 0.22), (0.10, 0.22), (0.03, 0.04), (0.0, -0.06), (-0.03, 0.04)], (255, 148, 44))
    pen.polygon([(-0.055, 0.22), (0.055, 0.22), (0.0, 0.06)], (255, 232, 130))
    fin = pen.trim
    pen.polygon([(-0.13, 0.44), (-0.30, 0.16), (-0.11, 0.24)], fin)
    pen.polygon([(0.13, 0.44), (0.30, 0.16), (0.11, 0.24)], mix(fin, pen.of((60, 60, 110)), 0.25))
    body = [
        (-0.11, 0.22),
        (-0.17, 0.46),
        (-0.15, 0.66),
        (-0.09, 0.84),
        (0.0, 0.99),
        (0.09, 0.84),
        (0.15, 0.66),
        (0.17, 0.46),
        (0.11, 0.22),
    ]
    pen.polygon(body, pen.main)
    pen.polygon(
        [
            (0.04, 0.22),
            (0.06, 0.46),
            (0.055, 0.66),
            (0.03, 0.86),
            (0.0, 0.99),
            (0.09, 0.84),
            (0.15, 0.66),
            (0.17, 0.46),
            (0.11, 0.22),
        ],
        pen.deep,
    )
    pen.polygon([(-0.09, 0.84), (0.0, 1.0), (0.09, 0.84), (0.0, 0.81)], fin)
    pen.line([(-0.125, 0.42), (-0.115, 0.64)], pen.pale, 0.035)
    pen.ellipse(0.0, 0.60, 0.082, 0.082, fin)
    pen.ellipse(0.0, 0.60, 0.056, 0.056, pen.of((84, 160, 214)))
    pen.box(-0.115, 0.20, 0.115, 0.245, pen.of(SLATE))


def _cat(pen: Pen) -> None:
    tail = [(0.16, 0.07), (0.36, 0.06), (0.45, 0.18), (0.40, 0.32), (0.44, 0.40)]
    pen.line(tail, pen.deep, 0.085)
    pen.ellipse(0.44, 0.40, 0.042, 0.042, pen.deep)
    pen.ellipse(0.03, 0.24, 0.27, 0.25, pen.deep)
    pen.ellipse(-0.01, 0.25, 0.24, 0.25, pen.main)
    pen.ellipse(-0.06, 0.26, 0.11, 0.17, pen.pale)
    for x in (-0.12, 0.08):
        pen.ellipse(x, 0.035, 0.09, 0.045, pen.pale)
    for side in (-1, 1):
        x = -0.02 + side * 0.15
        ear = [(x - 0.10, 0.76), (x + side * 0.05, 0.99), (x + 0.10, 0.76)]
        pen.polygon(ear, pen.main if side < 0 else pen.deep)
        pen.polygon([(x - 0.045, 0.78), (x + side * 0.035, 0.91), (x + 0.045, 0.78)], pen.of((240, 156, 160)))
    pen.ellipse(-0.02, 0.66, 0.255, 0.20, pen.deep)
    pen.ellipse(-0.035, 0.665, 0.235, 0.192, pen.main)
    eye = pen.of((250, 214, 90)) if pen.colour not in ("yellow", "orange") else pen.of((90, 190, 120))
    for x in (-0.125, 0.065):
        pen.ellipse(x, 0.68, 0.056, 0.062, eye)
        pen.ellipse(x, 0.68, 0.024, 0.052, (24, 22, 30))
    pen.polygon([(-0.06, 0.605), (0.0, 0.605), (-0.03, 0.57)], pen.of((238, 128, 138)))


def _mushroom(pen: Pen) -> None:
    pen.polygon(
        [(-0.12, 0.50), (0.12, 0.50), (0.16, 0.06), (0.10, 0.0), (-0.10, 0.0), (-0.16, 0.06)], pen.of(CREAM)
    )
    pen.polygon([(0.03, 0.50), (0.12, 0.50), (0.16, 0.06), (0.10, 0.0), (0.02, 0.0)], pen.of((214, 198, 176)))
    pen.ellipse(0.0, 0.47, 0.40, 0.08, pen.of((228, 208, 184)))
    pen.slice(0.0, 0.45, (0.54, 0.52), (0, 180), pen.deep)
    pen.polygon([*arc(-0.03, 0.46, (0.51, 0.50), (40, 180)), (-0.1, 0.45), (0.28, 0.52)], pen.main)
    for x, y, r in (
        (-0.30, 0.60, 0.075),
        (-0.10, 0.80, 0.09),
        (0.02, 0.58, 0.06),
        (0.22, 0.72, 0.08),
        (0.38, 0.54, 0.05),
    ):
        pen.ellipse(x, y, r, r * 0.85, pen.trim)


def _tent(pen: Pen) -> None:
    pen.polygon([(-0.78, 0.0), (-0.10, 0.96), (0.30, 0.96), (0.86, 0.0)], pen.deep)
    pen.graded([(-0.78, 0.0), (-0.10, 0.98), (0.42, 0.0)], (pen.pale, pen.main))
    pen.polygon(
        [(-0.36, 0.0), (-0.115, 0.74), (0.10, 0.0)],
        (255, 214, 120) if pen.light.lamps_lit else pen.of((58, 46, 58)),
    )
    pen.polygon([(-0.36, 0.0), (-0.115, 0.74), (-0.25, 0.0)], pen.trim)
    pen.line([(-0.14, 1.05), (-0.07, 0.92)], pen.of(WOOD), 0.035)
    pen.line([(-0.10, 0.97), (0.30, 0.96)], pen.pale, 0.03)
    if pen.light.lamps_lit:
        pen.glow(-0.12, 0.2, 0.5, (255, 206, 110), 0.5)


def _car(pen: Pen) -> None:
    cabin = [(-0.52, 0.52), (-0.36, 0.94), (0.34, 0.94), (0.58, 0.52)]
    pen.polygon(cabin, pen.main)
    pen.polygon([(-0.42, 0.54), (-0.30, 0.84), (-0.03, 0.84), (-0.03, 0.54)], pen.of((184, 220, 238)))
    pen.polygon([(0.04, 0.54), (0.04, 0.84), (0.30, 0.84), (0.46, 0.54)], pen.of((146, 190, 216)))
    body = [(-0.90, 0.20), (-0.90, 0.46), (-0.78, 0.56), (0.74, 0.56), (0.92, 0.44), (0.92, 0.20)]
    pen.graded(body, (pen.pale, pen.main, pen.deep))
    pen.line([(-0.90, 0.40), (0.90, 0.40)], pen.trim, 0.05)
    for x in (-0.52, 0.52):
        pen.ellipse(x, 0.20, 0.21, 0.21, pen.of((40, 40, 52)))
        pen.ellipse(x, 0.20, 0.10, 0.10, pen.of((206, 208, 214)))
    pen.ellipse(-0.86, 0.36, 0.06, 0.07, (255, 236, 160))
    if pen.light.lamps_lit:
        pen.glow(-0.92, 0.36, 0.38, (255, 232, 150), 0.75)


def _umbrella(pen: Pen) -> None:
    pen.line([(0.0, 0.02), (0.0, 0.95)], pen.of((128, 96, 74)), 0.04)
    dome = arc(0.0, 0.52, (0.56, 0.44), (0, 180))
    pen.polygon(dome, pen.deep)
    for outer, colour in ((0.56, pen.pale), (0.34, pen.trim), (0.115, pen.main)):
        left = arc(0.0, 0.52, (outer, 0.44), (90, 180))
        pen.polygon([*left, (0.0, 0.52)], colour)
    for outer, colour in ((0.34, mix(pen.trim, pen.of((80, 80, 120)), 0.2)), (0.115, pen.main)):
        pen.polygon([(0.0, 0.52), *arc(0.0, 0.52, (outer, 0.44), (0, 90))], colour)
    for number in range(5):
        x = -0.448 + number * 0.224
        pen.slice(x, 0.525, (0.112, 0.055), (180, 360), (pen.pale, pen.trim, pen.main, pen.trim, pen.deep)[number])
    pen.ellipse(0.0, 0.975, 0.025, 0.03, pen.of((128, 96, 74)))


def _flower(pen: Pen) -> None:
    stem = pen.of((58, 140, 74))
    pen.line([(0.0, 0.0), (0.02, 0.35), (0.0, 0.66)], stem, 0.05)
    pen.polygon([(0.0, 0.10), (-0.20, 0.30), (-0.27, 0.20), (-0.14, 0.08)], pen.of((92, 172, 92)))
    pen.polygon([(0.0, 0.16), (0.20, 0.36), (0.28, 0.25), (0.14, 0.12)], pen.of((44, 118, 66)))
    turn = pen.rng.uniform(0, 45)
    for colour, count, reach, size in ((pen.deep, 8, 0.215, 0.115), (pen.main, 8, 0.19, 0.10)):
        for petal in range(count):
            a = math.radians(turn + petal * 360 / count)
            pen.ellipse(reach * math.cos(a), 0.68 + reach * math.sin(a), size, size, colour)
    for petal in range(8):
        a = math.radians(turn + petal * 45)
        pen.ellipse(0.205 * math.cos(a) - 0.02, 0.69 + 0.205 * math.sin(a), 0.045, 0.045, pen.pale)
    heart = (150, 92, 40) if pen.colour in ("yellow", "orange", "white") else (252, 206, 70)
    pen.ellipse(0.0, 0.68, 0.11, 0.11, pen.of(heart))
    pen.ellipse(-0.02, 0.70, 0.065, 0.065, pen.of(mix(heart, (255, 250, 220), 0.35)))


_DRAWERS: Final[dict[str, Callable[[Pen], None]]] = {
    "boat": _boat, "house": _house, "tree": _tree, "balloon": _balloon, "lighthouse": _lighthouse,
    "castle": _castle, "cactus": _cactus,
    "windmill": _windmill, "rocket": _rocket, "cat": _cat, "mushroom": _mushroom, "tent": _tent,
    "car": _car, "umbrella": _umbrella, "flower": _flower,
}  # fmt: skip
