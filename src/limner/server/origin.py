"""Nobody else's web page may spend this machine.

A page elsewhere can make a browser send requests here: a form, a ``fetch``, a WebSocket, or a host name that
is made to point to 127.0.0.1 (DNS rebinding). Hosts are checked against ALLOWED_HOSTS, and whatever carries an
``Origin`` has to come from the very host it is sent to. Programs send no Origin and are let through.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.http.request import split_domain_port, validate_host

from limner.contracts.fault import Forbidden
from limner.server.errors import fault_response

_SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


def is_known_host(host: str) -> bool:
    """Return whether *host*, as in the Host header, is a name of this server."""
    domain, _ = split_domain_port(host)
    return bool(domain) and validate_host(domain, settings.ALLOWED_HOSTS)


def is_same_origin(origin: str | None, host: str) -> bool:
    """Return whether *origin*, as in the Origin header, is a page of *host*; no Origin means no web page."""
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == host.lower()


class SameOrigin:
    """Refuses unknown hosts and what another site's page sends."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        host = request.headers.get("Host", "")
        if not is_known_host(host):
            return HttpResponse("Limner does not answer to that name.", status=400, content_type="text/plain")
        if request.method not in _SAFE_METHODS and not self._is_ours(request, host):
            return fault_response(Forbidden())
        return self._get_response(request)

    @staticmethod
    def _is_ours(request: HttpRequest, host: str) -> bool:
        if request.headers.get("Sec-Fetch-Site", "none") not in {"same-origin", "none"}:
            return False
        return is_same_origin(request.headers.get("Origin"), host)
