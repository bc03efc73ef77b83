"""The API object: its routers and its documentation at /api/docs."""

from ninja import NinjaAPI

from limner import __version__
from limner.server.api import errors, jobs, models, pictures, uploads

api = NinjaAPI(
    title="Limner",
    version=__version__,
    description=(
        "Ask for pictures and get them. Post a request to `/api/v1/jobs`, then poll the job, or follow "
        '`/api/v1/jobs/{id}/events`. Every error has the shape `{"error": {"code", "message", "field"}}`.'
    ),
    docs_url="/docs",
    openapi_url="/openapi.json",
    urls_namespace="api",
)
errors.register(api)
api.add_router("/v1/jobs", jobs.router, tags=["jobs"])
api.add_router("/v1/models", models.router, tags=["models"])
api.add_router("/v1/pictures", pictures.router, tags=["pictures"])
api.add_router("/v1/uploads", uploads.router, tags=["uploads"])
