"""A request that finds no changes yet, and would wait for them: not here, but at a listener.

Threads of a server are few, so none of them waits. A listener is a process that holds connections
without threads (`config.asgi`). It asks the same view, and asks again when there is something.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpResponse
from rest_framework.request import Request

from ingestion.feed.watching import Behind
from profiles.access import Caller
from profiles.api.parameters import refused_parameter
from profiles.api.tickets import TICKET, ticket_for

MAX_WAIT = 60
"""Seconds. Proxies give up on what is silent for longer."""
ASKED = "registrar.asked"
"""The place of `ListenerRequest` in the scope of a request."""


@dataclass(slots=True)
class ListenerRequest:
    """A request as a listener makes it, and what it hears of it."""

    is_last: bool
    """The time is over: nothing is an answer, too."""
    behind: Behind | None = None
    """What to wait for, where there was nothing."""
    cursor: str = ""
    """Where to go on then."""


def refuse_to_wait(request: Request) -> None:
    """Raises `Refused` where nobody would wait."""
    if not (settings.LISTENER_URL or _asked(request)):
        message = "This server does not wait, and knows of no listener that does (LISTENER_URL)."
        raise refused_parameter("wait", message)


def come_again(
    request: Request, caller: Caller, behind: Behind, cursor: str
) -> HttpResponse | None:
    """The answer to whoever would wait. None where the time for it is over."""
    asked = _asked(request)
    if asked is None:
        ticket = ticket_for(request, caller, behind.wanted.source_key)
        return _at_the_listener(request, ticket, cursor)
    if asked.is_last:
        return None
    asked.behind, asked.cursor = behind, cursor
    return HttpResponse(status=204)


def _asked(request: Request) -> ListenerRequest | None:
    scope = getattr(request._request, "scope", {})  # A WSGI server knows of none.
    asked: ListenerRequest | None = scope.get(ASKED)
    return asked


def _at_the_listener(request: Request, ticket: str, cursor: str) -> HttpResponse:
    """Clients send `Authorization` to no other host or port. So the address holds a ticket."""
    query = request.query_params.copy()
    query["cursor"] = cursor
    query[TICKET] = ticket
    url = f"{settings.LISTENER_URL.rstrip('/')}{request.path}?{query.urlencode()}"
    return HttpResponse(status=307, headers={"Location": url, "Cache-Control": "no-store"})
