"""The models that can be asked for."""

from django.http import HttpRequest
from ninja import Router
from pydantic import BaseModel

from limner.contracts.capability import ModelCard
from limner.server.jobs import queries

router = Router()


class ModelList(BaseModel):
    """Every model, the preferred one first."""

    models: list[ModelCard]


@router.get("", response=ModelList)
def models(request: HttpRequest) -> ModelList:
    """List the models with their sizes, schedulers and defaults."""
    del request
    return ModelList(models=queries.offers())
