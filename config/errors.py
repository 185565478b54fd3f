"""What fails outside of a view: JSON for systems, pages for people in the admin."""

from __future__ import annotations

from http import HTTPStatus

import structlog
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
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
    """The page asks for nothing of the request: what broke may be what it would ask."""
    if not _is_admin(request):
        return errors.server_error(request)
    id = structlog.contextvars.get_contextvars().get("request_id")
    page = render_to_string("500.html", {"request_id": id})
    return HttpResponse(page, status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _is_admin(request: HttpRequest) -> bool:
    return request.path.startswith("/admin/")
