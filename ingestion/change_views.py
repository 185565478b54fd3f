"""The API of the change feed."""

from __future__ import annotations

from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.export_answers import ExportingViewSet, NdjsonRenderer, Pieces
from ingestion.feed.cursors import write_place
from ingestion.feed.following import Read, place_of, read, stream
from ingestion.feed.keeping import refuse_overtaken
from ingestion.feed.reading import Wanted
from ingestion.feed.ticks import newest_tick
from ingestion.feed.types import known_types
from ingestion.openapi_changes import describe_changes
from profiles.api.parameters import (
    DEFAULT_PER_PAGE,
    MAX_PER_PAGE,
    choice_parameter,
    number_parameter,
)
from profiles.contract import current_contract

NDJSON = NdjsonRenderer.format


class ChangesViewSet(ExportingViewSet):
    exports = (NdjsonRenderer,)
    query_parameters = {"list": ("cursor", "limit", "types", "payload", "format")}

    @describe_changes
    def list(self, request: Request, source: str) -> HttpResponseBase:
        contract = current_contract(source)
        is_stream = self._is_stream(request)
        limit = None
        if "limit" in request.query_params or not is_stream:
            limit = number_parameter(request, "limit", DEFAULT_PER_PAGE, MAX_PER_PAGE)
        has_payload = choice_parameter(request, "payload", ("full", "none")) == "full"
        types = known_types(contract, request.query_params.get("types"))
        wanted = Wanted(contract.source_id, source, types, has_payload)
        newest = newest_tick()
        place = place_of(request.query_params.get("cursor"), wanted, newest)
        if is_stream:
            refuse_overtaken(place, newest, wanted)
            is_head = request.method == "HEAD"
            pieces = () if is_head else Pieces(stream(place, newest, wanted, limit))
            return StreamingHttpResponse(pieces, content_type=NdjsonRenderer.media_type)
        return Response(page_json(read(place, newest, wanted, limit or DEFAULT_PER_PAGE), source))

    def _is_stream(self, request: Request) -> bool:
        if "format" in request.query_params:
            return choice_parameter(request, "format", (NDJSON,)) == NDJSON
        return self.accepted == NDJSON


def page_json(found: Read, source: str) -> bytes:
    meta = f'"meta":{{"cursor":"{write_place(found.place, source)}"}}'
    return f'{{"data":[{",".join(found.lines)}],{meta}}}'.encode()
