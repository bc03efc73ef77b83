"""The app's name."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """Pictures that were made, and files that were brought."""

    name = "limner.server.gallery"
    label = "gallery"
