"""Makes the API answer every exception in the one shape; see ``limner.server.errors``."""

import logging
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel

from limner.contracts.complaint import sentence
from limner.contracts.fault import DiskFull, Fault, FaultReport, InvalidField
from limner.server.errors import OURS, bad_request, error_response, fault_response, not_found

logger = logging.getLogger(__name__)


class ErrorBody(BaseModel):
    """What every answer that is not a success holds."""

    error: FaultReport


def register(api: NinjaAPI) -> None:
    """Make *api* answer every exception in the one shape."""
    for kind in (Fault, Http404, ValidationError, HttpError, Exception):
        api.add_exception_handler(kind, _answer)


def _answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    fault = _fault(error)
    if fault is not None:
        return fault_response(fault)
    if isinstance(error, Http404):
        return not_found(request)
    if isinstance(error, HttpError):
        return error_response(FaultReport(code="bad_request", message=str(error)), error.status_code)
    if isinstance(error, SuspiciousOperation):
        return bad_request(request)
    logger.error("unforeseen", exc_info=error if isinstance(error, Exception) else None)
    return error_response(OURS, 500)


def _fault(error: Exception | type[Exception]) -> Fault | None:
    """Return the fault that *error* amounts to, if it does."""
    match error:
        case Fault():
            return error
        case ValidationError():
            return _invalid_parameter(error)
        case MultiPartParserError():
            return InvalidField("The body is not a multipart form with a file in it.", field="file")
        case OperationalError() if "full" in str(error):
            return DiskFull("The disk is full; nothing was stored. Free some space and try again.")
        case _:
            return None


def _invalid_parameter(error: ValidationError) -> InvalidField:
    first: dict[str, Any] = error.errors[0]
    field = str(first["loc"][-1])
    return InvalidField(sentence(first, f"'{field}'"), field=field)
