"""The procedural artist: what training relies on."""

import itertools
from collections import Counter
from random import Random

import pytest

from training.illustrator import ATTRIBUTES, CYCLE, caption_of, draw, plain_caption, scene_at
from training.illustrator.words import COLOURS, SETTINGS, SUBJECTS, TIME_TAGS, TIMES, WEATHER_TAGS, WEATHERS


def _chance(seed: int) -> Random:
    return Random(seed)


def test_the_same_index_gives_the_same_pixels() -> None:
    assert draw(scene_at(421)).tobytes() == draw(scene_at(421)).tobytes()


def test_other_indices_give_other_pictures() -> None:
    assert len({draw(scene_at(index)).tobytes() for index in range(12)}) == 12


def test_a_later_cycle_repeats_the_attributes_with_another_composition() -> None:
    first, second = scene_at(7), scene_at(7 + CYCLE)
    assert first.attributes == second.attributes
    assert draw(first).tobytes() != draw(second).tobytes()


@pytest.mark.parametrize("size", [64, 128, 256])
def test_a_drawing_has_the_size_asked_for(size: int) -> None:
    picture = draw(scene_at(3), size)
    assert (picture.mode, picture.size) == ("RGB", (size, size))


def test_a_cycle_holds_every_combination_once() -> None:
    seen = Counter(scene_at(index).labels for index in range(CYCLE))
    assert len(seen) == CYCLE


def test_every_pair_of_attributes_is_covered_evenly_by_a_tenth_of_a_cycle() -> None:
    labels = [scene_at(index).labels for index in range(CYCLE // 10)]
    sizes = [len(values) for values in ATTRIBUTES.values()]
    for one, other in itertools.combinations(range(len(sizes)), 2):
        seen = Counter((label[one], label[other]) for label in labels)
        assert len(seen) == sizes[one] * sizes[other]
        assert max(seen.values()) <= 2 * min(seen.values()) + 2


def test_every_subject_can_be_drawn_in_every_setting() -> None:
    wanted = {(subject, setting) for subject in SUBJECTS for setting in SETTINGS}
    for index in range(CYCLE):
        scene = scene_at(index)
        if (scene.subject, scene.setting) in wanted:
            wanted.remove((scene.subject, scene.setting))
            assert len(set(draw(scene, 32, 1).tobytes())) > 8
        if not wanted:
            return
    pytest.fail(f"never drawn: {wanted}")


def test_the_plain_caption_names_every_attribute() -> None:
    scene = next(scene for scene in map(scene_at, range(200)) if scene.weather == "rain")
    caption = plain_caption(scene)
    for words in (scene.subject, scene.colour, SETTINGS[scene.setting][0], TIMES[scene.time][0], "in the rain"):
        assert words in caption


@pytest.mark.parametrize("index", range(40))
def test_every_caption_names_the_subject(index: int) -> None:
    scene = scene_at(index)
    assert any(word in caption_of(scene, _chance(index)) for word in SUBJECTS[scene.subject])


@pytest.mark.parametrize("index", range(40))
def test_a_complete_caption_names_colour_time_and_weather_too(index: int) -> None:
    scene = scene_at(index)
    caption = caption_of(scene, _chance(index), complete=True)
    assert any(word in caption for word in COLOURS[scene.colour])
    assert any(word in caption for word in TIMES[scene.time] + TIME_TAGS[scene.time])
    assert any(word in caption for word in WEATHERS[scene.weather] + WEATHER_TAGS[scene.weather])


def test_captions_of_one_scene_are_worded_differently() -> None:
    assert len({caption_of(scene_at(5), _chance(seed)) for seed in range(60)}) > 40


def test_a_negative_index_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be negative"):
        scene_at(-1)
