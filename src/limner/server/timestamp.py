"""One spelling for every time that leaves the server (RFC 3339, UTC, milliseconds)."""

from datetime import datetime
from typing import Annotated

from pydantic import PlainSerializer


def _spell(moment: datetime) -> str:
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


Timestamp = Annotated[datetime, PlainSerializer(_spell, return_type=str)]
