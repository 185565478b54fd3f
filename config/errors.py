"""What fails outside of a view: JSON for systems, Django's pages for people in the admin."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views import defaults

from profiles.api import errors


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
