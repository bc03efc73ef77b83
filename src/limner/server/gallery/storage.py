"""Files on disk, each written whole or not at all, under names that only the database knows.

files/pictures/3f/3f2a….png      the picture, as the engine's host encoded it
files/thumbnails/3f/3f2a….webp   at most 512 px a side
files/uploads/a0/a09b….png       what somebody brought, decoded and encoded anew
"""

import errno
import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Literal

from django.conf import settings

from limner.contracts.fault import DiskFull, NotFound, StorageFailed

Kind = Literal["pictures", "thumbnails", "uploads"]
_SUFFIX: dict[Kind, str] = {"pictures": "png", "thumbnails": "webp", "uploads": "png"}
_NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_RESERVE_BYTES = 1024 * 1024
_ROOM_FOR_RESERVE = 4
"""The reserve is put back once so many times its size is free again."""


def write(kind: Kind, id_: uuid.UUID, data: bytes) -> None:
    """Keep *data* under that id. Raises DiskFull or StorageFailed, and then nothing is left behind."""
    path = _path(kind, id_)
    part = path.with_suffix(f".{os.getpid()}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(data)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if error.errno in _NO_SPACE:
            give_up_reserve()
            raise DiskFull from None
        raise StorageFailed(f"The picture could not be written: {error.strerror}.") from error


def keep_reserve() -> None:
    """Hold back a megabyte, given up on a full disk so that the database can still write down what failed."""
    reserve = _reserve()
    if not reserve.exists() and shutil.disk_usage(reserve.parent).free > _ROOM_FOR_RESERVE * _RESERVE_BYTES:
        reserve.write_bytes(os.urandom(_RESERVE_BYTES))  # zeros would take no room on some file systems


def give_up_reserve() -> None:
    """Give the reserve back to the disk."""
    _reserve().unlink(missing_ok=True)


def read(kind: Kind, id_: uuid.UUID) -> bytes:
    """Return what is kept under that id. Raises NotFound."""
    try:
        return _path(kind, id_).read_bytes()
    except FileNotFoundError:
        raise NotFound from None


def delete(kind: Kind, id_: uuid.UUID) -> None:
    """Remove the file; one that is not there is no error."""
    _path(kind, id_).unlink(missing_ok=True)


def _reserve() -> Path:
    home: Path = settings.CONFIG.home
    return home / "reserve"


def _path(kind: Kind, id_: uuid.UUID) -> Path:
    folder: Path = settings.CONFIG.files
    return folder / kind / id_.hex[:2] / f"{id_.hex}.{_SUFFIX[kind]}"
