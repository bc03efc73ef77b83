"""Contact sheets: many small pictures in one image file."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image


def contact_sheet(pictures: Sequence[Image.Image], columns: int, zoom: int = 1, gap: int = 2) -> Image.Image:
    """Return the pictures in rows of `columns`, each enlarged `zoom` times."""
    width, height = pictures[0].width * zoom, pictures[0].height * zoom
    rows = -(-len(pictures) // columns)
    sheet = Image.new("RGB", (columns * (width + gap) - gap, rows * (height + gap) - gap), "white")
    for number, picture in enumerate(pictures):
        row, column = divmod(number, columns)
        grown = picture.resize((width, height), Image.Resampling.LANCZOS) if zoom > 1 else picture
        sheet.paste(grown, (column * (width + gap), row * (height + gap)))
    return sheet


def save_sheet(pixels: npt.NDArray[np.uint8], path: Path, columns: int = 8, zoom: int = 1) -> None:
    """Write an (n, height, width, 3) array as a contact sheet."""
    path.parent.mkdir(parents=True, exist_ok=True)
    contact_sheet([Image.fromarray(picture) for picture in pixels], columns, zoom).save(path, quality=90)
