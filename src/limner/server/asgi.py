"""The ASGI application: HTTP to Django, the WebSocket to its consumer."""

import os

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path, re_path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "limner.server.settings")
django.setup()

from limner.server.body_limit import BodyLimit  # noqa: E402 - after django.setup
from limner.server.web.consumer import LiveConsumer, NothingHere  # noqa: E402

sockets = [
    path("ws/", LiveConsumer.as_asgi()),  # type: ignore[arg-type]
    re_path("", NothingHere.as_asgi()),  # type: ignore[arg-type]
]
application = BodyLimit(
    ProtocolTypeRouter({"http": get_asgi_application(), "websocket": URLRouter(sockets)})  # type: ignore[arg-type]
)
