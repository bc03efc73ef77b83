"""Captions: a sentence, a short phrase or a list of tags, with paraphrases and omissions."""

import random
from collections.abc import Mapping

from training.illustrator.scene import Scene
from training.illustrator.words import (
    COLOURS,
    SETTING_TAGS,
    SETTINGS,
    SUBJECTS,
    TIME_TAGS,
    TIMES,
    WEATHER_TAGS,
    WEATHERS,
)

_Forms = tuple[Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]], Mapping[str, tuple[str, ...]]]

_OPENINGS = (
    "", "", "", "", "", "", "a picture of ", "an illustration of ", "a flat illustration of ", "a drawing of ",
    "a painting of ", "an image of ", "a beautiful landscape with ", "a poster of ",
)  # fmt: skip
_STYLE_TAGS = ("flat illustration", "illustration", "landscape", "vector art", "poster", "beautiful", "detailed")
_OMIT_COLOUR, _OMIT_SETTING, _OMIT_TIME, _OMIT_WEATHER, _OMIT_CLEAR = 0.06, 0.08, 0.12, 0.10, 0.55


def plain_caption(scene: Scene) -> str:
    """Return the canonical sentence that names every attribute by its own name; fine weather goes unsaid."""
    weather = "" if scene.weather == "clear" else f" {WEATHERS[scene.weather][0]}"
    noun = with_article(f"{scene.colour} {scene.subject}")
    return f"{noun} {SETTINGS[scene.setting][0]} {TIMES[scene.time][0]}{weather}"


def caption_of(scene: Scene, rng: random.Random, complete: bool = False) -> str:
    """Return a caption of the scene, differently worded for each state of `rng`.

    The subject is always named; unless `complete`, each other attribute is sometimes left out (clear weather
    mostly is).
    """
    form = rng.random()
    if form < 0.55:
        return _sentence(scene, rng, complete)
    return _short(scene, rng, complete) if form < 0.78 else _tags(scene, rng, complete)


def with_article(noun: str) -> str:
    """Return the noun with its indefinite article."""
    return f"{'an' if noun[0] in 'aeio' or noun.startswith('umb') else 'a'} {noun}"


def _noun(scene: Scene, rng: random.Random, complete: bool) -> str:
    noun = rng.choice(SUBJECTS[scene.subject])
    return noun if not complete and rng.random() < _OMIT_COLOUR else f"{rng.choice(COLOURS[scene.colour])} {noun}"


def _named(scene: Scene, rng: random.Random, complete: bool, forms: _Forms) -> list[str]:
    settings, times, weathers = forms
    omit_weather = _OMIT_CLEAR if scene.weather == "clear" else _OMIT_WEATHER
    parts = []
    for words, name, omit in (
        (settings, scene.setting, _OMIT_SETTING),
        (times, scene.time, _OMIT_TIME),
        (weathers, scene.weather, omit_weather),
    ):
        if complete or rng.random() >= omit:
            parts.append(rng.choice(words[name]))
    return parts


def _sentence(scene: Scene, rng: random.Random, complete: bool) -> str:
    parts = _named(scene, rng, complete, (SETTINGS, TIMES, WEATHERS))
    if rng.random() < 0.3:
        rng.shuffle(parts)
    end = "." if rng.random() < 0.1 else ""
    return f"{rng.choice(_OPENINGS)}{with_article(_noun(scene, rng, complete))} {' '.join(parts)}".rstrip() + end


def _short(scene: Scene, rng: random.Random, complete: bool) -> str:
    parts = _named(scene, rng, complete, (SETTINGS, TIME_TAGS, WEATHER_TAGS))
    return " ".join([_noun(scene, rng, complete), *parts])


def _tags(scene: Scene, rng: random.Random, complete: bool) -> str:
    parts = _named(scene, rng, complete, (SETTING_TAGS, TIME_TAGS, WEATHER_TAGS))
    rng.shuffle(parts)
    if rng.random() < 0.3:
        parts.append(rng.choice(_STYLE_TAGS))
    return ", ".join([_noun(scene, rng, complete), *parts])
