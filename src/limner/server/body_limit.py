"""Refuses a body that is too large before reading it; Django would first spool all of it to disk."""

import json
from typing import Any

from limner.contracts.fault import TooLarge
from limner.pictures.decode import MAX_BYTES

MAX_BODY_BYTES = 1024 * 1024
MAX_UPLOAD_BYTES = MAX_BYTES + 1024 * 1024  # the file and what multipart puts around it
UPLOADS = "/api/v1/uploads"

_MEBIBYTE = 1024 * 1024


class _BodyTooLargeError(Exception):
    pass


class BodyLimit:
    """ASGI middleware: 413 for a declared length over the limit, and for a stream that grows over it."""

    def __init__(self, app: Any) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Pass the request on with its body counted."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = MAX_UPLOAD_BYTES if scope["path"].rstrip("/") == UPLOADS else MAX_BODY_BYTES
        declared = dict(scope["headers"]).get(b"content-length", b"0")
        if not declared.isdigit() or int(declared) > limit:
            await _refuse(send, limit)
            return
        received = 0
        answered = False

        async def counted() -> Any:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _BodyTooLargeError
            return message

        async def watched(message: Any) -> None:
            nonlocal answered
            answered = True
            await send(message)

        try:
            await self._app(scope, counted, watched)
        except _BodyTooLargeError:
            if not answered:
                await _refuse(send, limit)


async def _refuse(send: Any, limit: int) -> None:
    fault = TooLarge(f"The body may have at most {limit // _MEBIBYTE} MiB.", field="body").report()
    body = json.dumps({"error": fault.model_dump()}).encode()
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(len(body)).encode()),
        (b"connection", b"close"),
    ]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": body})
