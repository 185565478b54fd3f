"""Tickets: for a minute whoever has one may read a source at another address of ours."""

from __future__ import annotations

from django.core import signing
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from profiles.access import Caller, Role
from profiles.api.addresses import client_address
from profiles.api.authentication import count_failure

TICKET = "ticket"
SALT = "registrar.ticket"
LONGEST_SECONDS = 90


def ticket_for(request: Request, caller: Caller, source_key: str) -> str:
    """Whoever came with a ticket goes on with that: else it would never be over."""
    if isinstance(request.successful_authenticator, TicketAuthentication):
        return str(request.query_params[TICKET])
    return signing.dumps([caller.actor, source_key], salt=SALT)


class TicketAuthentication(BaseAuthentication):
    """The query parameter `ticket`."""

    def authenticate(self, request: Request) -> tuple[Caller, None] | None:
        sent = request.query_params.get(TICKET)
        if sent is None:
            return None
        try:
            actor, source_key = signing.loads(sent, salt=SALT, max_age=LONGEST_SECONDS)
        except signing.BadSignature:
            count_failure(client_address(request._request))
            raise AuthenticationFailed from None
        return Caller(actor, roles={source_key: Role.READER}), None
