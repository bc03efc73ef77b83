"""Reading pictures, always as somebody: what belongs to another does not exist."""

import uuid
from collections.abc import Iterable
from typing import Literal

from limner.contracts.fault import NotFound
from limner.pictures.encode import Form, convert
from limner.server.accounts.models import User
from limner.server.gallery import storage
from limner.server.gallery.models import Picture
from limner.server.gallery.snapshot import PictureSnapshot


def picture(owner: User, id_: uuid.UUID) -> Picture:
    """Return the owner's picture. Raises NotFound, also for somebody else's."""
    found = Picture.objects.filter(owner=owner, public_id=id_).first()
    if found is None:
        raise NotFound("There is no picture with that id.")
    return found


def of_series(series: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[PictureSnapshot]]:
    """Return the pictures of each series that has any, in the order of their seeds."""
    found: dict[uuid.UUID, list[PictureSnapshot]] = {}
    for each in Picture.objects.filter(series__in=list(series)).order_by("series", "index"):
        found.setdefault(each.series, []).append(_snapshot(each))
    return found


def file(found: Picture, form: Form | Literal["thumbnail"]) -> bytes:
    """Return the picture's bytes in that form, with what made it inside; the thumbnail is a bare WebP."""
    if form == "thumbnail":
        return storage.read("thumbnails", found.public_id)
    png = storage.read("pictures", found.public_id)
    return png if form == "png" else convert(png, form)


def _snapshot(picture: Picture) -> PictureSnapshot:
    url = f"/api/v1/pictures/{picture.public_id}"
    return PictureSnapshot(
        id=picture.public_id,
        seed=picture.seed,
        width=picture.width,
        height=picture.height,
        url=f"{url}.png",
        thumbnail_url=f"{url}/thumbnail.webp",
    )
