"""Uploads: bring a picture, get an id that requests can name."""

import uuid

from django.http import HttpRequest
from ninja import File, Router, Status, UploadedFile
from pydantic import BaseModel, Field

from limner.server.accounts.queries import personal_owner
from limner.server.api.errors import ErrorBody
from limner.server.gallery.services import keep_upload

router = Router()


class UploadDetail(BaseModel):
    """An upload, to be named as `image`, `mask_image` or `control_image` in a request."""

    id: uuid.UUID
    width: int = Field(description="In pixels.")
    height: int = Field(description="In pixels.")


@router.post("", response={201: UploadDetail, 413: ErrorBody, 422: ErrorBody})
def upload(request: HttpRequest, file: File[UploadedFile]) -> Status[UploadDetail]:
    """Bring a PNG, JPEG or WebP as multipart field `file`. It is turned upright; its metadata is dropped."""
    del request
    kept = keep_upload(personal_owner(), file.read())
    return Status(201, UploadDetail(id=kept.public_id, width=kept.width, height=kept.height))
