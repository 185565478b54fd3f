"""An export as an answer to a request: a file that comes while it is made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from weakref import WeakSet

from django.conf import settings
from django.http import StreamingHttpResponse

from ingestion.exporting import Export, Format, exported
from profiles.api.bodies import JsonRenderer
from profiles.faults import ErrorType, Refused


class NdjsonRenderer(JsonRenderer):
    """Only says what there is: an export renders itself, and errors are JSON."""

    media_type = Format.NDJSON.media_type
    format = Format.NDJSON.value


class CsvRenderer(JsonRenderer):
    """As `NdjsonRenderer`."""

    media_type = Format.CSV.media_type
    format = Format.CSV.value


_on_the_way: WeakSet[Pieces] = WeakSet()


class Pieces:
    """Those of one export. While they are taken they hold a thread and a connection, so a process
    has only so many on the way: the others of its threads answer what is short.
    """

    def __init__(self, export: Export) -> None:
        """Raises `Refused`."""
        if len(_on_the_way) >= settings.EXPORTS_AT_ONCE:
            message = "Too many exports are on the way: try again when one of them has ended."
            raise Refused(ErrorType.RESOURCE_EXHAUSTED, message)
        _on_the_way.add(self)
        self._pieces = exported(export)

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
    pieces: Iterable[bytes] = () if is_head else Pieces(export)
    charset = "; charset=utf-8" if export.format.media_type.startswith("text/") else ""
    name = f"{export.scope.collection}.{export.format}"
    return StreamingHttpResponse(
        pieces,
        content_type=f"{export.format.media_type}{charset}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
