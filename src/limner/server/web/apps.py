"""The app's name."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages."""

    name = "limner.server.web"
    label = "web"
