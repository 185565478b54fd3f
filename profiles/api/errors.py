"""Every error of the API in the one shape of design.md, section 4."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
)
from django.db import OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from rest_framework import exceptions
from rest_framework.response import Response

from profiles.exact import encode
from profiles.faults import ErrorType, Refused

_TYPES: Mapping[type[Exception], ErrorType] = {
    exceptions.NotAuthenticated: ErrorType.UNAUTHENTICATED,
    exceptions.AuthenticationFailed: ErrorType.UNAUTHENTICATED,
    exceptions.PermissionDenied: ErrorType.PERMISSION_DENIED,
    PermissionDenied: ErrorType.PERMISSION_DENIED,
    exceptions.NotFound: ErrorType.NOT_FOUND,
    Http404: ErrorType.NOT_FOUND,
    exceptions.MethodNotAllowed: ErrorType.METHOD_NOT_ALLOWED,
    exceptions.NotAcceptable: ErrorType.NOT_ACCEPTABLE,
    exceptions.UnsupportedMediaType: ErrorType.UNSUPPORTED_MEDIA_TYPE,
    exceptions.Throttled: ErrorType.RESOURCE_EXHAUSTED,
    RequestDataTooBig: ErrorType.CONTENT_TOO_LARGE,
    TooManyFieldsSent: ErrorType.INVALID_ARGUMENT,
    SuspiciousOperation: ErrorType.INVALID_ARGUMENT,
    OperationalError: ErrorType.UNAVAILABLE,
}

ERROR_MESSAGES: Mapping[ErrorType, str] = {
    ErrorType.UNAUTHENTICATED: "Send a valid key as Authorization: Bearer, or as X-API-Key.",
    ErrorType.PERMISSION_DENIED: "You may not do this.",
    ErrorType.NOT_FOUND: "There is nothing at this address. Those of the API are at /docs; none"
    " ends with a slash.",
    ErrorType.NOT_ACCEPTABLE: "Answers are application/json; the Accept header excludes that.",
    ErrorType.CONTENT_TOO_LARGE: "The body is too large.",
    ErrorType.INVALID_ARGUMENT: "The request is malformed.",
    ErrorType.UNAVAILABLE: "The database is away for the moment. A write may have been done or not:"
    " read before you write again.",
}

BUG_MESSAGE = "The request failed through a bug."
SECONDS_TO_COME_BACK = "1"
"""Until the pool of connections has tried again."""

logger = structlog.get_logger(__name__)


def answer_exception(exception: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None leaves a bug to Django, which logs it and answers 500."""
    refused = _refused(exception)
    if refused is None:
        return None
    if refused.type is ErrorType.METHOD_NOT_ALLOWED:
        refused = method_not_allowed(context["request"].method, context["view"].allowed_methods)
    if refused.type is ErrorType.UNAVAILABLE:
        logger.error("database_unavailable", exc_info=exception)
    return Response(refused.as_json(), status=refused.status, headers=_headers(exception))


def _refused(exception: Exception) -> Refused | None:
    if isinstance(exception, Refused):
        return exception
    type = next((_TYPES[cls] for cls in _TYPES if isinstance(exception, cls)), None)
    if type is None:
        return None
    return Refused(type, ERROR_MESSAGES.get(type) or str(getattr(exception, "detail", exception)))


def _headers(exception: Exception) -> dict[str, str]:
    """What DRF puts on its own exceptions: the way to authenticate, the time to wait."""
    if isinstance(exception, OperationalError):
        return {"Retry-After": SECONDS_TO_COME_BACK}
    challenge = getattr(exception, "auth_header", None)
    wait = getattr(exception, "wait", None)
    return {
        **({"WWW-Authenticate": challenge} if challenge else {}),
        **({"Retry-After": str(int(wait) + 1)} if wait else {}),
    }


def method_not_allowed(method: str | None, allowed: Iterable[str]) -> Refused:
    message = f"{method} is not allowed here, only {', '.join(allowed)}."
    return Refused(ErrorType.METHOD_NOT_ALLOWED, message)


def error_response(refused: Refused) -> HttpResponse:
    """The answer to what fails outside of the API's views."""
    body = encode(refused.as_json())
    return HttpResponse(body, content_type="application/json", status=refused.status)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(Refused(ErrorType.INVALID_ARGUMENT, "The request is malformed."))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(Refused(ErrorType.PERMISSION_DENIED, "You may not do this."))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_response(Refused(ErrorType.NOT_FOUND, ERROR_MESSAGES[ErrorType.NOT_FOUND]))


def server_error(request: HttpRequest) -> HttpResponse:
    """Tells nothing but a request id, by which the log can be searched."""
    id = structlog.contextvars.get_contextvars().get("request_id")
    shown = f" Its id is {id}." if id else ""
    return error_response(Refused(ErrorType.INTERNAL, f"{BUG_MESSAGE}{shown}"))
