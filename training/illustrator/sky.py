"""The sky: gradient, stars, sun or moon with its glow, clouds."""

from training.illustrator.canvas import UNITS, Colour, mix
from training.illustrator.scene import Scene
from training.illustrator.sketch import Sketch


def draw_sky(scene: Scene, sketch: Sketch) -> None:
    """Everything above the horizon that is not land."""
    sketch.canvas.backdrop((sketch.light.haze,), UNITS)
    sketch.canvas.backdrop(sketch.light.sky, sketch.light.horizon + 2)
    if sketch.light.night and scene.weather in ("clear", "cloudy"):
        _stars(sketch, 22 if scene.weather == "clear" else 8)
    if sketch.light.lamp_visible:
        _lamp(sketch)
    _clouds(scene, sketch)


def _stars(sketch: Sketch, count: int) -> None:
    for _ in range(count):
        x, y = sketch.rng.uniform(2, UNITS - 2), sketch.rng.uniform(2, sketch.light.horizon - 16)
        radius = sketch.rng.choice((0.55, 0.65, 0.95))
        sketch.canvas.ellipse(
            x, y, radius, radius, mix((255, 250, 225), sketch.light.sky[1], sketch.rng.uniform(0, 0.4))
        )


def _lamp(sketch: Sketch) -> None:
    x, y, r = sketch.light.lamp_x, sketch.light.lamp_y, sketch.light.lamp_radius
    seen = sketch.light.lamp_visible
    halo = mix(sketch.light.lamp, sketch.light.sky[-1], 0.25)
    sketch.canvas.glow(x, y, r * 6.0, r * 4.6, halo, strength=round(0.55 * seen, 2), power=1.7)
    sketch.canvas.glow(x, y, r * 2.3, r * 2.3, sketch.light.lamp, strength=round(0.65 * seen, 2), power=1.4)
    disc = mix(sketch.light.sky[len(sketch.light.sky) // 2], sketch.light.lamp, 0.3 + 0.7 * seen)
    sketch.canvas.ellipse(x, y, r, r, disc)
    if sketch.light.night:
        shade = mix(disc, sketch.light.sky[-1], 0.22)
        for dx, dy, size in ((-0.3, -0.25, 0.22), (0.28, 0.2, 0.28), (-0.1, 0.48, 0.15)):
            sketch.canvas.ellipse(x + dx * r, y + dy * r, size * r, size * r, shade)


def _clouds(scene: Scene, sketch: Sketch) -> None:
    if scene.weather == "fog":
        return
    if scene.weather == "clear":
        for _ in range(sketch.rng.choice((0, 1, 1, 2))):
            _cloud(
                sketch,
                sketch.rng.uniform(6, 122),
                sketch.rng.uniform(20, sketch.light.horizon - 18),
                sketch.rng.uniform(4, 6),
            )
        return
    if scene.weather == "cloudy":
        for number in range(5):
            x = number * 30 + sketch.rng.uniform(-12, 12) + 4
            y = sketch.rng.uniform(14, sketch.light.horizon - 14)
            _cloud(sketch, x, y, sketch.rng.uniform(8, 12) * (0.65 + 0.5 * (1 - y / sketch.light.horizon)))
        return
    heavy = scene.weather == "rain"
    for number in range(5):
        x = number * 32 + sketch.rng.uniform(-9, 9)
        _cloud(
            sketch,
            x,
            sketch.rng.uniform(9, 17),
            sketch.rng.uniform(13, 16) if heavy else sketch.rng.uniform(9, 12),
        )


def _cloud(sketch: Sketch, x: float, base: float, size: float) -> None:
    discs = [(x, base - size * 0.3, size * 1.7, size * 0.42)]
    for place in (-0.95, -0.3, 0.4, 1.0):
        radius = size * sketch.rng.uniform(0.5, 0.68) * (1.25 if abs(place) < 0.5 else 0.8)
        discs.append((x + place * size * 0.95, base - size * 0.32 - radius * 0.45, radius, radius * 0.85))
    stops: tuple[Colour, ...] = (
        sketch.light.cloud_top,
        mix(sketch.light.cloud_top, sketch.light.cloud_bottom, 0.45),
        sketch.light.cloud_bottom,
    )
    sketch.canvas.graded_discs(discs, stops, 0.93)
