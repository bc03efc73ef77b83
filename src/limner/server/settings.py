"""Django's settings, made from ``limner.config``."""

import secrets
from pathlib import Path

from limner.config import Config

CONFIG = Config.from_environment()
_HERE = Path(__file__).parent


def _secret_key() -> str:
    """Return this installation's own key, made at the first start and kept in the data folder."""
    path = CONFIG.home / "secret-key"
    try:
        return path.read_text()
    except FileNotFoundError:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(50))
        return path.read_text()


SECRET_KEY = _secret_key()
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", CONFIG.host]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.staticfiles",
    "ninja",
    "limner.server.accounts",
    "limner.server.gallery",
    "limner.server.jobs",
    "limner.server.api",
    "limner.server.web",
]
MIDDLEWARE = [
    "limner.server.headers.SecurityHeaders",
    "limner.server.origin.SameOrigin",
    "servestatic.middleware.ServeStaticMiddleware",
    "django.middleware.common.CommonMiddleware",
    "limner.server.errors.MethodNotAllowed",
]
ROOT_URLCONF = "limner.server.urls"
ASGI_APPLICATION = "limner.server.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": CONFIG.database,
        "OPTIONS": {
            "timeout": 20,
            # A deferred transaction that reads and then writes fails at once, whatever the timeout.
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        },
    }
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "accounts.User"

DATA_UPLOAD_MAX_MEMORY_SIZE = None  # limner.server.body_limit counts before anything is read
FILE_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024

STATIC_URL = "static/"
SERVESTATIC_USE_FINDERS = True
SERVESTATIC_MAX_AGE = 0  # asked for again each time, answered with 304

LANGUAGE_CODE = "en"
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
}
