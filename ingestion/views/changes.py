"""The API of the change feed."""

from __future__ import annotations

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.api.exports import ExportingViewSet, NdjsonRenderer, Pieces
from ingestion.api.listeners import MAX_WAIT, come_again, refuse_to_wait
from ingestion.feed.cursors import write_place
from ingestion.feed.following import AT_A_TIME, Read, in_lines, place_of, read, stream
from ingestion.feed.reading import Wanted
from ingestion.feed.removed import refuse_overtaken
from ingestion.feed.ticks import newest_tick
from ingestion.feed.types import known_types
from ingestion.feed.watching import Behind
from ingestion.openapi.changes import describe_changes
from profiles.api.parameters import (
    DEFAULT_PER_PAGE,
    MAX_PER_PAGE,
    choice_parameter,
    number_parameter,
)
from profiles.api.tickets import TICKET, TicketAuthentication
from profiles.contract import current_contract

NDJSON = NdjsonRenderer.format


class ChangesViewSet(ExportingViewSet):
    exports = (NdjsonRenderer,)
    query_parameters = {
        "list": ("cursor", "limit", "types", "payload", "format", "wait", TICKET),
    }

    def get_authenticators(self) -> list[BaseAuthentication]:
        return [*super().get_authenticators(), TicketAuthentication()]

    @describe_changes
    def list(self, request: Request, source: str) -> HttpResponseBase:
        contract = current_contract(source)
        has_payload = choice_parameter(request, "payload", ("full", "none")) == "full"
        types = known_types(contract, request.query_params.get("types"))
        wanted = Wanted(contract.source_id, source, types, has_payload)
        limit = number_parameter(request, "limit", 0, MAX_PER_PAGE)
        is_stream, is_awaited = self._is_stream(request), self._is_awaited(request)
        newest = newest_tick()
        place = place_of(request.query_params.get("cursor"), wanted, newest)
        if is_stream and not is_awaited:
            refuse_overtaken(place, newest, wanted)
            is_head = request.method == "HEAD"
            pieces = () if is_head else Pieces(stream(place, newest, wanted, limit or None))
            return StreamingHttpResponse(pieces, content_type=NdjsonRenderer.media_type)
        most = limit or (AT_A_TIME if is_stream else DEFAULT_PER_PAGE)
        found = read(place, newest, wanted, most)
        if is_awaited and not found.lines:
            cursor = write_place(found.place, source)
            later = come_again(request, self.caller, Behind(wanted, newest), cursor)
            if later is not None:
                return later
        if is_stream:
            return HttpResponse(in_lines(found, source), content_type=NdjsonRenderer.media_type)
        return Response(page_json(found, source))

    def _is_awaited(self, request: Request) -> bool:
        """Whether to wait where there is nothing yet. Raises `Refused`."""
        if not number_parameter(request, "wait", 0, MAX_WAIT) or request.method == "HEAD":
            return False
        refuse_to_wait(request)
        return True

    def _is_stream(self, request: Request) -> bool:
        if "format" in request.query_params:
            return choice_parameter(request, "format", (NDJSON,)) == NDJSON
        return self.accepted == NDJSON


def page_json(found: Read, source: str) -> bytes:
    meta = f'"meta":{{"cursor":"{write_place(found.place, source)}"}}'
    return f'{{"data":[{",".join(found.lines)}],{meta}}}'.encode()
