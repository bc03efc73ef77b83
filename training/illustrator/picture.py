"""The finished drawing of a scene."""

import random

from PIL import Image

from training.illustrator.canvas import Canvas, mix
from training.illustrator.light import Light, light_of
from training.illustrator.pen import Pen
from training.illustrator.places import WATERY, draw_place
from training.illustrator.scene import Scene
from training.illustrator.sketch import Sketch
from training.illustrator.sky import draw_sky
from training.illustrator.subjects import AIRBORNE, FLOATING, HEIGHTS, draw_subject
from training.illustrator.weather import draw_fog_before, draw_fog_behind, draw_rain, draw_snowfall

OVERSAMPLING = 3


def draw(scene: Scene, size: int = 128, oversampling: int = OVERSAMPLING) -> Image.Image:
    """Return the scene as an RGB image of `size` by `size` pixels; equal scenes give equal pixels."""
    rng = random.Random(scene.seed)
    light = light_of(scene, rng)
    canvas = Canvas(size, oversampling)
    sketch = Sketch(canvas, light, rng)
    draw_sky(scene, sketch)
    draw_place(scene.setting, sketch)
    if scene.weather == "snow":
        _settled_snow(canvas, scene, light)
    if scene.weather == "fog":
        draw_fog_behind(canvas, light, rng)
    _place_subject(canvas, scene, light, rng)
    if scene.weather == "fog":
        draw_fog_before(canvas, light, rng)
    elif scene.weather == "rain":
        draw_rain(canvas, light, rng)
    elif scene.weather == "snow":
        draw_snowfall(canvas, light, rng)
    return canvas.picture()


def _settled_snow(canvas: Canvas, scene: Scene, light: Light) -> None:
    """White on the land, thicker to the front; water stays open."""
    if scene.setting in WATERY or scene.setting == "arctic":
        return
    white = light.far((244, 248, 255), 0.1)
    canvas.veil(light.horizon - 6, white, 30, 0.66)


def _place_subject(canvas: Canvas, scene: Scene, light: Light, rng: random.Random) -> None:
    height = HEIGHTS[scene.subject] * rng.uniform(0.92, 1.12)
    x = 64 - light.side * rng.uniform(-6, 18)
    airborne = scene.subject in AIRBORNE
    base = rng.uniform(80, 94) if airborne else rng.uniform(104, 113)
    pen = Pen(canvas, light, rng, x, base, height, scene.colour)
    if airborne:
        draw_subject(scene.subject, pen)
        if scene.setting in WATERY:
            canvas.glow(
                x, base + 24, 17, 4, mix(pen.main, light.far((30, 90, 130), 0.2), 0.45), strength=0.5, power=1.0
            )
        return
    if scene.setting in WATERY:
        if scene.subject not in FLOATING:
            _island(canvas, scene, light, pen)
        draw_subject(scene.subject, pen)
        canvas.mirror(
            x - height * 0.75, x + height * 0.75, base + (0 if scene.subject in FLOATING else 4.5), 20, 0.62
        )
        return
    shadow = mix(light.far((30, 34, 70), 0.0), light.far((120, 130, 120), 0.0), 0.25)
    canvas.glow(x - light.side * height * 0.16, base, height * 0.72, 6.0, shadow, strength=0.62, power=0.7)
    draw_subject(scene.subject, pen)


def _island(canvas: Canvas, scene: Scene, light: Light, pen: Pen) -> None:
    half = pen.height * (0.85 if scene.subject in ("tent", "car") else 0.62)
    sand = (236, 206, 150) if scene.setting == "sea" else (130, 176, 96)
    canvas.ellipse(pen.x, pen.base + 2.5, half + 3, 5.0, light.far(mix(sand, (90, 80, 90), 0.45), 0.05))
    canvas.graded_discs(
        [(pen.x, pen.base + 1.0, half, 4.2)],
        (light.far(sand, 0.05), light.far(mix(sand, (60, 60, 80), 0.2), 0.05)),
    )
