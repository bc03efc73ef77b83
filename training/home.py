"""Where training keeps its working files, and the defaults that all trainers share."""

import os
from pathlib import Path

PICTURE = 128
"""Pixels on a side of a training drawing."""

HELD_OUT = 10_000_000
"""Scenes from this index on are never trained on."""


def work_folder() -> Path:
    """Return the folder for shards, states and sample sheets: `$LIMNER_TRAINING`, or one in the user's cache."""
    folder = Path(os.environ.get("LIMNER_TRAINING", "~/.cache/limner-training")).expanduser()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def model_folder() -> Path:
    """Return the folder of the model that the repository ships."""
    return Path(__file__).resolve().parent.parent / "models" / "starter"
