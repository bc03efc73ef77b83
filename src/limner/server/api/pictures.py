"""Pictures: their bytes in three forms, and what made them."""

import uuid
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Router, Status
from pydantic import BaseModel, Field

from limner.pictures.form import MIME, Form
from limner.server.accounts.queries import personal_owner
from limner.server.api.errors import ErrorBody
from limner.server.api.files import file_response
from limner.server.gallery import queries
from limner.server.jobs import services
from limner.server.timestamp import Timestamp

router = Router()


class PictureDetail(BaseModel):
    """One picture and what made it."""

    id: uuid.UUID
    job: uuid.UUID
    seed: int
    index: int
    width: int = Field(description="In pixels.")
    height: int = Field(description="In pixels.")
    size_bytes: int
    sha256: str
    created_at: Timestamp
    url: str
    facts: dict[str, Any] = Field(description="The request, the model and its hash, the engine's version.")


@router.get("/{uuid:id}", response={200: PictureDetail, 404: ErrorBody})
def detail(request: HttpRequest, id: uuid.UUID) -> PictureDetail:  # noqa: A002 - the API's own word
    """Tell what made a picture."""
    del request
    found = queries.picture(personal_owner(), id)
    return PictureDetail(
        id=found.public_id,
        job=found.series,
        seed=found.seed,
        index=found.index,
        width=found.width,
        height=found.height,
        size_bytes=found.size_bytes,
        sha256=found.sha256,
        created_at=found.created_at,
        url=f"/api/v1/pictures/{found.public_id}.png",
        facts=found.facts,
    )


@router.delete("/{uuid:id}", response={204: None, 404: ErrorBody})
def delete(request: HttpRequest, id: uuid.UUID) -> Status[None]:  # noqa: A002
    """Delete a picture and its files."""
    del request
    services.delete_picture(personal_owner(), id)
    return Status(204, None)


def _file(request: HttpRequest, id_: uuid.UUID, form: Form) -> HttpResponse:
    found = queries.picture(personal_owner(), id_)
    return file_response(
        request, lambda: queries.file(found, form), mime=MIME[form], etag=f"{found.sha256[:32]}-{form}"
    )


@router.api_operation(["GET", "HEAD"], "/{uuid:id}.png", response={404: ErrorBody})
def png(request: HttpRequest, id: uuid.UUID) -> HttpResponse:  # noqa: A002
    """Return the picture as PNG, as it was made."""
    return _file(request, id, "png")


@router.api_operation(["GET", "HEAD"], "/{uuid:id}.jpg", response={404: ErrorBody})
def jpg(request: HttpRequest, id: uuid.UUID) -> HttpResponse:  # noqa: A002
    """Return the picture as JPEG, with the same metadata."""
    return _file(request, id, "jpg")


@router.api_operation(["GET", "HEAD"], "/{uuid:id}.webp", response={404: ErrorBody})
def webp(request: HttpRequest, id: uuid.UUID) -> HttpResponse:  # noqa: A002
    """Return the picture as WebP, with the same metadata."""
    return _file(request, id, "webp")


@router.api_operation(["GET", "HEAD"], "/{uuid:id}/thumbnail.webp", response={404: ErrorBody})
def thumbnail(request: HttpRequest, id: uuid.UUID) -> HttpResponse:  # noqa: A002
    """Return a WebP of at most 512 pixels a side."""
    found = queries.picture(personal_owner(), id)
    return file_response(
        request, lambda: queries.file(found, "thumbnail"), mime=MIME["webp"], etag=f"{found.sha256[:32]}-thumb"
    )
