"""Makes the API answer every exception in the one shape; see ``limner.server.errors``."""

import logging
from typing import Any

from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError
from pydantic import BaseModel

from limner.contracts.fault import DiskFull, Fault, FaultReport
from limner.server.errors import OURS, error_response, fault_response, not_found

logger = logging.getLogger(__name__)


class ErrorBody(BaseModel):
    """What every answer that is not a success holds."""

    error: FaultReport


def register(api: NinjaAPI) -> None:
    """Make *api* answer every exception in the one shape."""
    for kind in (Fault, Http404, ValidationError, HttpError, Exception):
        api.add_exception_handler(kind, _answer)


def _answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:
    match error:
        case Fault():
            return fault_response(error)
        case Http404():
            return not_found(request)
        case ValidationError():
            return _invalid_parameter(error)
        case HttpError():
            return error_response(FaultReport(code="bad_request", message=str(error)), error.status_code)
        case OperationalError() if "full" in str(error):
            return fault_response(DiskFull("The disk is full; nothing was stored. Free some space and try again."))
        case _:
            logger.error("unforeseen", exc_info=error if isinstance(error, Exception) else None)
            return error_response(OURS, 500)


def _invalid_parameter(error: ValidationError) -> HttpResponse:
    first: dict[str, Any] = error.errors[0]
    field = str(first["loc"][-1])
    return error_response(
        FaultReport(code="invalid_field", message=f"'{field}': {first['msg']}.", field=field), 422
    )
