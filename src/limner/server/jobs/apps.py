"""The app's name."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """The queue."""

    name = "limner.server.jobs"
    label = "jobs"
