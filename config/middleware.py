"""Middleware of ours: the request log, and the admin's, which is kept away from the API."""

from __future__ import annotations

import logging
from typing import Any
from uuid import uuid4

from axes.middleware import AxesMiddleware
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.http import HttpRequest, HttpResponse
from django.middleware.clickjacking import XFrameOptionsMiddleware
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.deprecation import MiddlewareMixin
from django_structlog.middlewares import RequestMiddleware
from structlog.contextvars import bind_contextvars, clear_contextvars

_logger = logging.getLogger("django_structlog.middlewares.request")

API_PATHS = ("/sources/", "/catalog/", "/metrics")

PAGE_HEADERS = {
    "Content-Security-Policy": "; ".join(
        (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",  # Swagger UI's icons are data.
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    ),
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}


class RequestLog(RequestMiddleware):
    """Gives each request an id, and tells which came in and what became of it."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Both addresses as they are. To guess the client's takes an eighth of a read."""
        bind_contextvars(ip=request.META.get("REMOTE_ADDR"))
        if forwarded := request.META.get("HTTP_X_FORWARDED_FOR"):
            bind_contextvars(forwarded_for=forwarded)

    def prepare(self, request: HttpRequest) -> None:
        """Binds the same, and gathers nothing for a log that is not kept."""
        if _logger.isEnabledFor(logging.INFO):
            super().prepare(request)
            return
        bind_contextvars(request_id=str(uuid4()))
        self.bind_ip(request)

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        is_ordinary = response.status_code < 400 and not response.streaming
        if is_ordinary and not _logger.isEnabledFor(logging.INFO):
            clear_contextvars()
        else:
            super().handle_response(request, response)


class AwayFromApi:
    """Lets requests of the API pass by, since its hot path pays for no session.

    Subclasses of Django's own, which its admin asks for.
    """

    get_response: Any

    def __call__(self, request: HttpRequest) -> Any:
        if request.path_info.startswith(API_PATHS):
            return self.get_response(request)
        return super().__call__(request)  # type: ignore[misc]


class PageHeaders(AwayFromApi, MiddlewareMixin):
    """Says what a browser may do with a page: nothing but what our own files ask of it."""

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        for name, value in PAGE_HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class AdminSession(AwayFromApi, SessionMiddleware):
    """A staff session that uses the API is read by `profiles.api.authentication`."""


class AdminCsrf(AwayFromApi, CsrfViewMiddleware):
    """DRF checks the token of a session that uses the API."""


class AdminAuthentication(AwayFromApi, AuthenticationMiddleware):
    pass


class AdminMessages(AwayFromApi, MessageMiddleware):
    pass


class AdminFrames(AwayFromApi, XFrameOptionsMiddleware):
    pass


class AdminLockout(AwayFromApi, AxesMiddleware):  # type: ignore[misc]
    """Answers whoever failed to log in too often."""
