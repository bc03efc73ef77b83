"""The app's name."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and their ways in."""

    name = "limner.server.accounts"
    label = "accounts"
