"""An export as an answer to a request: a file that comes while it is made."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import StreamingHttpResponse

from ingestion.exporting import Export, exported
from profiles.api.bodies import JsonRenderer


class NdjsonRenderer(JsonRenderer):
    """Only says what there is: an export renders itself, and errors are JSON."""

    media_type = "application/x-ndjson"
    format = "ndjson"


class CsvRenderer(JsonRenderer):
    """As `NdjsonRenderer`."""

    media_type = "text/csv"
    format = "csv"


def export_response(export: Export, *, is_head: bool = False) -> StreamingHttpResponse:
    """Nothing is read before the server takes the first piece, and nothing at all for a HEAD."""
    pieces: Iterable[bytes] = () if is_head else exported(export)
    charset = "; charset=utf-8" if export.format.media_type.startswith("text/") else ""
    name = f"{export.scope.collection}.{export.format}"
    return StreamingHttpResponse(
        pieces,
        content_type=f"{export.format.media_type}{charset}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
