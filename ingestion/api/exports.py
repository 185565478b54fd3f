"""An export as an answer to a request: a file that comes while it is made."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Sequence
from typing import ClassVar
from weakref import WeakSet

from django.conf import settings
from django.http import StreamingHttpResponse
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from ingestion.exporting.records import Export, ExportFormat, exported
from ingestion.feed.starting import cursor_before
from profiles.api.bodies import JsonRenderer
from profiles.api.viewsets import RegistrarViewSet
from profiles.faults import ErrorType, Refused

CHANGES_CURSOR = "X-Changes-Cursor"
"""From which on the change feed tells all that came too late for the file."""


class NdjsonRenderer(JsonRenderer):
    """Only says what there is: an export renders itself, and errors are JSON."""

    media_type = ExportFormat.NDJSON.media_type
    format = ExportFormat.NDJSON.value


class CsvRenderer(JsonRenderer):
    """As `NdjsonRenderer`."""

    media_type = ExportFormat.CSV.media_type
    format = ExportFormat.CSV.value


class ExportingViewSet(RegistrarViewSet):
    """Lists are exported too, as a parameter or the header of the request asks for."""

    exports: ClassVar[Sequence[type[JsonRenderer]]]
    accepted: str
    """The format that the header asks for."""

    def get_renderers(self) -> list[BaseRenderer]:
        """Whatever is answered, JSON comes first."""
        exports = [each() for each in self.exports] if self.action == "list" else []
        return [*super().get_renderers(), *exports]

    def perform_content_negotiation(
        self, request: Request, force: bool = False
    ) -> tuple[BaseRenderer, str]:
        """Keeps what a list is exported as. Pages and errors are JSON."""
        renderer, media_type = super().perform_content_negotiation(request, force)
        self.accepted = renderer.format
        if self.accepted == JsonRenderer.format:
            return renderer, media_type
        return JsonRenderer(), JsonRenderer.media_type


_on_the_way: WeakSet[Pieces] = WeakSet()


class Pieces:
    """Those of one file. While they are taken they hold a thread and a connection, so a process
    has only so many on the way: the others of its threads answer what is short.
    """

    def __init__(self, pieces: Generator[bytes, None, None]) -> None:
        """Raises `Refused`."""
        if len(_on_the_way) >= settings.EXPORTS_AT_ONCE:
            message = "Too many exports are on the way: try again when one of them has ended."
            raise Refused(ErrorType.RESOURCE_EXHAUSTED, message)
        _on_the_way.add(self)
        self._pieces = pieces

    def __iter__(self) -> Iterator[bytes]:
        return self._pieces

    def close(self) -> None:
        """The server calls this when all are sent, or the client is gone."""
        self._pieces.close()
        _on_the_way.discard(self)


def export_response(export: Export, *, is_head: bool = False) -> StreamingHttpResponse:
    """Nothing is read before the server takes the first piece, and nothing at all for a HEAD.

    Raises `Refused`.
    """
    pieces: Iterable[bytes] = () if is_head else Pieces(exported(export))
    charset = "; charset=utf-8" if export.format.media_type.startswith("text/") else ""
    name = f"{export.scope.collection}.{export.format}"
    cursor = cursor_before(export.scope.contract.source_key)
    return StreamingHttpResponse(
        pieces,
        content_type=f"{export.format.media_type}{charset}",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            CHANGES_CURSOR: cursor,
        },
    )
