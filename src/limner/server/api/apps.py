"""The app's name."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The native API."""

    name = "limner.server.api"
    label = "api"
