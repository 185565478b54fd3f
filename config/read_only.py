"""Addresses outside of the API that are only read: health, the API's description."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from profiles.api.errors import error_response
from profiles.faults import ErrorType, Refused

View = Callable[[HttpRequest], HttpResponse]
METHODS = ("GET", "HEAD")


def only_read(view: View) -> View:
    """Answers any other method as the API does, with a 405. There is nothing that CSRF guards."""

    @csrf_exempt
    @wraps(view)
    def reading(request: HttpRequest) -> HttpResponse:
        if request.method in METHODS:
            return view(request)
        message = f'Method "{request.method}" not allowed.'
        response = error_response(Refused(ErrorType.METHOD_NOT_ALLOWED, message))
        response["Allow"] = ", ".join(METHODS)
        return response

    return reading
