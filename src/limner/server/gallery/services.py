"""Keeping and removing pictures and uploads. Files are written before their row and removed after it."""

import hashlib
import io
import uuid
from dataclasses import dataclass

from django.db import IntegrityError, OperationalError, transaction
from PIL import Image

from limner.contracts.fault import DiskFull
from limner.pictures.decode import decode
from limner.pictures.read import read_facts
from limner.pictures.thumbnail import thumbnail
from limner.server.accounts.models import User
from limner.server.gallery import queries, storage
from limner.server.gallery.models import Picture, Upload


@dataclass(frozen=True)
class Finished:
    """A picture as it comes from a worker."""

    series: uuid.UUID
    index: int
    seed: int
    png: bytes


def keep_picture(owner_id: int, finished: Finished) -> None:
    """Keep a worker's picture, its thumbnail and its row; one that is kept already stays as it is.

    Raises DiskFull.
    """
    of_job = Picture.objects.filter(series=finished.series, index=finished.index)
    if of_job.exists():
        return
    id_ = uuid.uuid4()
    with Image.open(io.BytesIO(finished.png), formats=["PNG"]) as image:
        width, height = image.size
        small = thumbnail(image)
    facts = read_facts(finished.png)
    storage.write("pictures", id_, finished.png)
    storage.write("thumbnails", id_, small)
    try:
        with transaction.atomic():
            Picture.objects.create(
                public_id=id_,
                owner_id=owner_id,
                series=finished.series,
                index=finished.index,
                seed=finished.seed,
                width=width,
                height=height,
                size_bytes=len(finished.png),
                sha256=hashlib.sha256(finished.png).hexdigest(),
                facts=facts.model_dump(mode="json") if facts else {},
            )
    except IntegrityError:  # kept already
        _remove_files(id_)
    except OperationalError as error:
        _remove_files(id_)
        if "full" not in str(error):
            raise
        storage.give_up_reserve()
        raise DiskFull from None


def delete_picture(owner: User, id_: uuid.UUID) -> uuid.UUID:
    """Remove the owner's picture and its files, and return its series. Raises NotFound."""
    picture = queries.picture(owner, id_)
    _delete(picture)
    return picture.series


def delete_series(series: uuid.UUID) -> None:
    """Remove all pictures of one job and their files."""
    for picture in Picture.objects.filter(series=series):
        _delete(picture)


def keep_upload(owner: User, data: bytes) -> Upload:
    """Keep a stranger's file, decoded and encoded anew so that nothing but pixels remains.

    Raises InvalidField, TooLarge or DiskFull.
    """
    image = decode(data)
    file = io.BytesIO()
    image.save(file, "PNG", compress_level=1)
    png = file.getvalue()
    id_ = uuid.uuid4()
    storage.write("uploads", id_, png)
    return Upload.objects.create(
        public_id=id_,
        owner=owner,
        width=image.width,
        height=image.height,
        size_bytes=len(png),
        sha256=hashlib.sha256(png).hexdigest(),
    )


def _delete(picture: Picture) -> None:
    picture.delete()
    _remove_files(picture.public_id)


def _remove_files(id_: uuid.UUID) -> None:
    storage.delete("pictures", id_)
    storage.delete("thumbnails", id_)
