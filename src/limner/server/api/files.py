"""Bytes over HTTP: entity tags (RFC 9110, section 13) and single byte ranges (section 14)."""

import re
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")


def file_response(request: HttpRequest, read: Callable[[], bytes], *, mime: str, etag: str) -> HttpResponse:
    """Return the bytes that *read* gives, or 304, 206 or 416 as the request's headers want it.

    What has an entity tag never changes; a browser may keep it for a year.
    """
    quoted = f'"{etag}"'
    response = get_conditional_response(request, etag=quoted)
    if response is None:
        response = _whole_or_part(request, read(), quoted)
        response.headers["Content-Type"] = mime
    response.headers["ETag"] = quoted
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    return response


def _whole_or_part(request: HttpRequest, data: bytes, quoted: str) -> HttpResponse:
    wanted = _RANGE.fullmatch(request.headers.get("Range", ""))
    if not wanted or not any(wanted.groups()) or request.headers.get("If-Range", quoted) != quoted:
        return HttpResponse(data)
    begin, end = _bounds(wanted[1], wanted[2], len(data))
    if begin >= len(data) or begin > end:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{len(data)}"})
    return HttpResponse(
        data[begin : end + 1], status=206, headers={"Content-Range": f"bytes {begin}-{end}/{len(data)}"}
    )


def _bounds(first: str, last: str, length: int) -> tuple[int, int]:
    """Return the first and the last byte of a range; ``-500`` means the last 500."""
    if not first:
        return max(0, length - int(last)), length - 1 if int(last) else -1
    return int(first), min(int(last), length - 1) if last else length - 1
