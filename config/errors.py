"""What fails outside of a view: JSON for systems, Django's pages for people in the admin."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.views import defaults
from django.views.decorators.csrf import csrf_exempt

from profiles.api import errors
from profiles.faults import ErrorType, Refused

View = Callable[[HttpRequest], HttpResponse]


def read_only(view: View) -> View:
    """A view that needs no key: another method is a 405, before anything asks for a CSRF token."""

    @csrf_exempt
    @wraps(view)
    def answer(request: HttpRequest) -> HttpResponse:
        if request.method in ("GET", "HEAD"):
            return view(request)
        message = f'Method "{request.method}" not allowed.'
        response = errors.error_response(Refused(ErrorType.METHOD_NOT_ALLOWED, message))
        response["Allow"] = "GET, HEAD"
        return response

    return answer


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_admin(request):
        return defaults.bad_request(request, exception)
    return errors.bad_request(request, exception)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_admin(request):
        return defaults.permission_denied(request, exception)
    return errors.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    if _is_admin(request):
        return defaults.page_not_found(request, exception)
    return errors.not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponse:
    return defaults.server_error(request) if _is_admin(request) else errors.server_error(request)


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")
