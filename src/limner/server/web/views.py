"""The pages. Thin: everything that changes goes over the API, everything that moves over the WebSocket."""

from dataclasses import asdict

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from limner.server.jobs import queries
from limner.server.web.form import fields


@require_safe
@never_cache
def studio(request: HttpRequest) -> HttpResponse:
    """Show the studio: the panel to ask with, and the pictures."""
    form = fields()
    return render(
        request,
        "limner/studio.html",
        {
            "fields": form,
            "limits": {name: asdict(field) for name, field in form.items()},
            "models": [card.model_dump(mode="json") for card in queries.offers()],
        },
    )
