"""A picture as everybody sees it."""

import uuid

from pydantic import BaseModel, Field


class PictureSnapshot(BaseModel):
    """One finished picture."""

    id: uuid.UUID
    seed: int
    width: int = Field(description="In pixels.")
    height: int = Field(description="In pixels.")
    url: str
    thumbnail_url: str
