"""People."""

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Whoever owns jobs and pictures."""
