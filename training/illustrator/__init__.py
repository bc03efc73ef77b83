"""A procedural artist that draws captioned flat illustrations.

`scene_at(index)` chooses the attributes, `draw(scene)` makes the picture, `caption_of(scene, rng)` describes it.
"""

from training.illustrator.captions import caption_of, plain_caption
from training.illustrator.picture import draw
from training.illustrator.scene import CYCLE, Scene, scene_at
from training.illustrator.words import ATTRIBUTES

__all__ = ["ATTRIBUTES", "CYCLE", "Scene", "caption_of", "draw", "plain_caption", "scene_at"]
