"""One spelling for a request, and the cache key made from it.

``Idempotency-Key`` and wishes about the cache are not part of a request, so they are not part of either.
"""

import hashlib
import json
from collections.abc import Mapping

from limner.contracts.request import Request


def canonical_json(request: Request) -> str:
    """Return *request* as JSON with sorted keys and no spaces, as RFC 8785 does: equal requests, equal text."""
    return json.dumps(
        request.model_dump(mode="json"),
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def cache_key(
    request: Request, *, model_hash: str, engine_version: str, inputs: Mapping[str, str] | None = None
) -> str:
    """Return the SHA-256, hexadecimal, of everything that decides the pixels.

    *inputs* maps the names of image fields to the hashes of what they hold. The request must be complete.
    """
    whole = {
        "request": canonical_json(request),
        "model": model_hash,
        "engine": engine_version,
        "inputs": dict(inputs or {}),
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
