"""The light of an hour and a weather: sky colours, haze, tints, and where the sun or moon stands."""

import random
from dataclasses import dataclass, replace

from training.illustrator.canvas import Colour, mix, times
from training.illustrator.scene import Scene


@dataclass(frozen=True)
class Light:
    """Everything that colours a drawing besides the things in it."""

    sky: tuple[Colour, ...]
    haze: Colour
    haze_strength: float
    ground_tint: Colour
    subject_tint: Colour
    lamp: Colour
    lamp_x: float
    lamp_y: float
    lamp_radius: float
    lamp_visible: float
    cloud_top: Colour
    cloud_bottom: Colour
    night: bool
    lamps_lit: bool
    horizon: float

    @property
    def side(self) -> int:
        """-1 where the light comes from the left, 1 from the right."""
        return -1 if self.lamp_x < 64 else 1

    def far(self, colour: Colour, depth: float) -> Colour:
        """Return a ground colour in this light, `depth` from 0 (here) to 1 (the horizon)."""
        return mix(times(colour, self.ground_tint), self.haze, min(1.0, depth * self.haze_strength))

    def near(self, colour: Colour) -> Colour:
        """Return a colour of the main subject in this light."""
        return times(colour, self.subject_tint)


_DAWN = Light(
    sky=((112, 146, 204), (178, 172, 214), (248, 190, 196), (255, 222, 190)),
    haze=(248, 206, 200), haze_strength=0.72, ground_tint=(0.93, 0.84, 0.90), subject_tint=(1.0, 0.94, 0.96),
    lamp=(255, 244, 214), lamp_x=0, lamp_y=0, lamp_radius=8, lamp_visible=1,
    cloud_top=(255, 226, 222), cloud_bottom=(222, 176, 204), night=False, lamps_lit=False, horizon=72,
)  # fmt: skip
_DAY = Light(
    sky=((52, 128, 214), (104, 176, 236), (176, 220, 246), (222, 240, 248)),
    haze=(206, 230, 244), haze_strength=0.62, ground_tint=(1.0, 1.0, 1.0), subject_tint=(1.0, 1.0, 1.0),
    lamp=(255, 246, 196), lamp_x=0, lamp_y=0, lamp_radius=8.5, lamp_visible=1,
    cloud_top=(255, 255, 255), cloud_bottom=(212, 226, 240), night=False, lamps_lit=False, horizon=72,
)  # fmt: skip
_SUNSET = Light(
    sky=((66, 50, 112), (146, 66, 122), (232, 98, 84), (255, 164, 74), (255, 206, 110)),
    haze=(250, 150, 96), haze_strength=0.66, ground_tint=(0.86, 0.62, 0.60), subject_tint=(1.0, 0.87, 0.80),
    lamp=(255, 226, 140), lamp_x=0, lamp_y=0, lamp_radius=11, lamp_visible=1,
    cloud_top=(255, 170, 120), cloud_bottom=(168, 72, 110), night=False, lamps_lit=True, horizon=72,
)  # fmt: skip
_NIGHT = Light(
    sky=((8, 12, 40), (16, 26, 68), (30, 48, 100), (58, 82, 136)),
    haze=(52, 76, 130), haze_strength=0.66, ground_tint=(0.36, 0.44, 0.64), subject_tint=(0.72, 0.74, 0.90),
    lamp=(244, 244, 224), lamp_x=0, lamp_y=0, lamp_radius=8, lamp_visible=1,
    cloud_top=(84, 100, 148), cloud_bottom=(40, 52, 96), night=True, lamps_lit=True, horizon=72,
)  # fmt: skip
_HOURS = {"dawn": _DAWN, "day": _DAY, "sunset": _SUNSET, "night": _NIGHT}


def light_of(scene: Scene, rng: random.Random) -> Light:
    """Return the light of that scene; `rng` chooses the sun's place and small shifts of hue."""
    light = _HOURS[scene.time]
    side = rng.choice((-1, 1))
    horizon = rng.uniform(66, 76)
    low = scene.time in ("dawn", "sunset")
    light = replace(
        light,
        lamp_x=64 + side * rng.uniform(18 if low else 26, 46),
        lamp_y=horizon - rng.uniform(5, 13) if low else rng.uniform(15, 28),
        lamp_radius=light.lamp_radius * rng.uniform(0.9, 1.2),
        horizon=horizon,
        sky=_shifted(light.sky, rng),
    )
    return _weathered(light, scene.weather)


def _shifted(sky: tuple[Colour, ...], rng: random.Random) -> tuple[Colour, ...]:
    shift = (rng.uniform(-9, 9), rng.uniform(-7, 7), rng.uniform(-9, 9))
    return tuple((c[0] + shift[0], c[1] + shift[1], c[2] + shift[2]) for c in sky)


def _weathered(light: Light, weather: str) -> Light:
    if weather == "clear":
        return light
    grey = _grey_of(light, weather)
    share = {"cloudy": 0.34, "rain": 0.62, "snow": 0.52, "fog": 0.66}[weather]
    dim = {"cloudy": 0.94, "rain": 0.80, "snow": 0.96, "fog": 0.96}[weather]
    haze_gain = {"cloudy": 1.05, "rain": 1.2, "snow": 1.2, "fog": 1.5}[weather]
    return replace(
        light,
        sky=tuple(mix(c, grey, share) for c in light.sky),
        haze=mix(light.haze, grey, share),
        haze_strength=min(1.0, light.haze_strength * haze_gain),
        ground_tint=times(light.ground_tint, (dim, dim, dim)),
        subject_tint=times(light.subject_tint, (0.5 + dim / 2,) * 3),
        lamp=mix(light.lamp, grey, 0.15 if weather == "cloudy" else 0.35),
        lamp_visible={"cloudy": 0.75, "rain": 0.0, "snow": 0.45, "fog": 0.55}[weather],
        cloud_top=mix(light.cloud_top, grey, share * 0.7),
        cloud_bottom=times(mix(light.cloud_bottom, grey, share * 0.8), (dim, dim, dim)),
    )


def _grey_of(light: Light, weather: str) -> Colour:
    middle = light.sky[len(light.sky) // 2]
    level = (middle[0] + middle[1] + middle[2]) / 3
    wanted = {"cloudy": 0.92, "rain": 0.66, "snow": 1.12, "fog": 1.10}[weather] * level
    grey = (wanted * 0.98, wanted, wanted * 1.05)
    return mix(grey, light.haze, {"cloudy": 0.2, "rain": 0.12, "snow": 0.2, "fog": 0.45}[weather])
