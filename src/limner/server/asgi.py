"""The ASGI application: HTTP to Django, the WebSocket to its consumer."""

import os

import django
from channels.routing import ProtocolTypeRouter, URLRouter
from django.core.asgi import get_asgi_application
from django.urls import path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "limner.server.settings")
django.setup()

from limner.server.body_limit import BodyLimit  # noqa: E402 - after django.setup
from limner.server.web.consumer import LiveConsumer  # noqa: E402

application = BodyLimit(
    ProtocolTypeRouter(
        {
            "http": get_asgi_application(),
            "websocket": URLRouter([path("ws/", LiveConsumer.as_asgi())]),  # type: ignore[arg-type,list-item]
        }
    )
)
