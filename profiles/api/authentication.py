"""Who asks: a system by its key, or somebody of the staff by a session of the admin."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import AuthenticationFailed, Throttled
from rest_framework.request import Request

from profiles.access import Caller, Role
from profiles.api.addresses import client_address
from profiles.keys import recent_holder_of
from profiles.staff import find_staff

KEY_HEADERS = ("HTTP_X_API_KEY", "HTTP_X_CLINIA_API_KEY")
FAILURES_A_MINUTE = 30
"""From one address. A valid key always passes, since many clients may share an address."""


class KeyAuthentication(BaseAuthentication):
    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        sent = _sent_key(request)
        if sent is None:
            return None
        caller = recent_holder_of(sent)
        if caller is None:
            count_failure(client_address(request._request))
            raise AuthenticationFailed
        return caller, None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class StaffSessionAuthentication(SessionAuthentication):
    """A session of the admin, with CSRF. Staff may do here what they may do there."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        if settings.SESSION_COOKIE_NAME not in request.COOKIES:
            return None
        _read_session(request._request)
        found = super().authenticate(request)
        if found is None:
            return None
        caller = find_staff(found[0]).caller
        return (caller, None) if caller.has_role_anywhere(Role.READER) else None


def _read_session(request: HttpRequest) -> None:
    """What the middleware of sessions does, which the API goes without."""
    SessionMiddleware(_no_response).process_request(request)
    AuthenticationMiddleware(_no_response).process_request(request)


def _no_response(request: HttpRequest) -> HttpResponse:
    raise NotImplementedError


def _sent_key(request: Request) -> str | None:
    authorization = request.META.get("HTTP_AUTHORIZATION")
    if authorization is not None:
        scheme, _, key = authorization.partition(" ")
        if scheme.lower() != "bearer":
            raise AuthenticationFailed
        return str(key.strip())
    return next((request.META[name] for name in KEY_HEADERS if name in request.META), None)


def count_failure(address: str | None) -> None:
    """Raises `Throttled` for an address that keeps guessing."""
    name = f"failed-authentication:{address}"
    cache.add(name, 0, timeout=60)
    try:
        failures = cache.incr(name)
    except ValueError:  # It expired between the two calls.
        return
    if failures > FAILURES_A_MINUTE:
        raise Throttled(wait=60)
