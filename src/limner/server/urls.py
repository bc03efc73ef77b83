"""All addresses."""

from django.urls import include, path

from limner.server.api.api import api

urlpatterns = [
    path("api/", api.urls),
    path("", include("limner.server.web.urls")),
]
handler400 = "limner.server.errors.bad_request"
handler404 = "limner.server.errors.not_found"
handler500 = "limner.server.errors.server_error"
