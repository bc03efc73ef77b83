"""One shape for every error, and the one table from fault codes to HTTP.

{"error": {"code": "invalid_field", "message": "'width' has to be at least 8, not 7.", "field": "width"}}
"""

from collections.abc import Callable
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from limner.contracts.fault import Fault, FaultReport

STATUS = {
    "invalid_field": 422,
    "not_found": 404,
    "too_large": 413,
    "conflict": 409,
    "forbidden": 403,
    "disk_full": 507,
}
_WITHOUT_ENTRY = 500


def fault_response(fault: Fault) -> JsonResponse:
    """Return the answer that tells a client about *fault*."""
    return error_response(fault.report(), STATUS.get(fault.code, _WITHOUT_ENTRY))


class MethodNotAllowed:
    """Middleware: gives the API's 405, which Django answers with a bare sentence, the one shape too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self._get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not request.path.startswith("/api/"):
            return response
        allowed = response.headers["Allow"]
        message = f"This address takes {allowed}, not {request.method}."
        answer = error_response(FaultReport(code="method_not_allowed", message=message), response.status_code)
        answer.headers["Allow"] = allowed
        return answer


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer what cannot be understood as HTTP."""
    del exception
    return _page_or_json(
        request, 400, FaultReport(code="bad_request", message="That request cannot be understood.")
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Answer an address where there is nothing."""
    del exception
    return _page_or_json(request, 404, FaultReport(code="not_found", message="There is nothing at this address."))


def server_error(request: HttpRequest) -> HttpResponse:
    """Answer when something here went wrong; what it was stands in the log."""
    return _page_or_json(request, 500, OURS)


OURS = FaultReport(code="server_error", message="Something went wrong here. Nothing you sent was changed.")


def _page_or_json(request: HttpRequest, status: int, report: FaultReport) -> HttpResponse:
    if request.path.startswith("/api/"):
        return error_response(report, status)
    return render(request, "limner/error.html", {"status": status, "message": report.message}, status=status)


def error_response(report: FaultReport, status: int) -> JsonResponse:
    """Return an answer in the one shape."""
    return JsonResponse({"error": report.model_dump()}, status=status)
