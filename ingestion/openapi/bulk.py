"""How bulks are described."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_view

from ingestion.openapi import task_examples as examples
from ingestion.openapi.tasks import TAG
from profiles.api.openapi.components import TEXT
from profiles.api.openapi.endpoints import JSON, Object, answer, content, schema, starting
from profiles.api.openapi.refusals import refusal
from profiles.exact import Json
from profiles.faults import ErrorType, Refused

BODIES: Mapping[str, tuple[Json, str, str]] = {
    "resources": (
        examples.OPERATIONS,
        '{"action": "DELETE", "delete": {"type": "provider", "id": "nobody"}}\n',
        "id,name\njane-roe,Jane Roe\n",
    ),
    "relationships": (
        examples.LINK,
        '{"action": "DELETE", "delete": {"type": "provider-office", "id": "nobody.nowhere"}}\n',
        "from.id,to.id\njohn-doe,south-west-clinic\n",
    ),
}
"""Of each media type."""
DONE: Mapping[str, Json] = {"resources": examples.DONE, "relationships": examples.LINKED}
FULL = Refused(
    ErrorType.UNAVAILABLE,
    "There is no room to keep what was sent. Try again later, or send less at a time.",
    status=507,
)
NO_LENGTH = Refused(
    ErrorType.INVALID_ARGUMENT,
    "Lines need a Content-Length, or a Content-Encoding: else nobody sees them break off.",
    status=411,
)


def describe_bulk(collections: str) -> Callable[[Any], Any]:
    operations, line, table = BODIES[collections]
    body: Object = {
        "required": True,
        "content": {
            JSON: content(schema("Bulk"), {"operations": operations}),
            "application/x-ndjson": content(
                {**TEXT, "description": "An operation a line, up to 5 GB."}, {"line": line}
            ),
            "text/csv": content(
                {**TEXT, "description": "A header of `id` and paths of properties."},
                {"table": table},
            ),
        },
    }
    return extend_schema_view(
        create=starting(
            f"bulk{collections.capitalize()}",
            TAG,
            f"Write many {collections}, in the background",
            {
                200: answer("It was done in time.", "Task", {"done": DONE[collections]}, ()),
                202: answer("It will be done.", "Accepted", {"kept": examples.ACCEPTED}, ()),
                411: refusal(
                    "Lines came without a length, so they may be cut off.", lines=NO_LENGTH
                ),
                413: refusal(
                    "The body is too large, unpacked.",
                    body=Refused(
                        ErrorType.CONTENT_TOO_LARGE,
                        "What was sent is larger than 1000000 bytes, unpacked.",
                    ),
                ),
                415: refusal(
                    "The body is none of the media types, or is packed in another way.",
                    yaml=Refused(
                        ErrorType.UNSUPPORTED_MEDIA_TYPE,
                        "Content-Type must be one of:"
                        " application/json, application/x-ndjson, text/csv.",
                    ),
                ),
                507: refusal("There is no room for it.", full=FULL),
            },
            parameters=(
                "source",
                "bulkMode",
                "tableType",
                "Prefer",
                "IdempotencyKey",
                "ChangeReason",
            ),
            body=body,
            description=BULK_TOLD,
        )
    )


BULK_TOLD = """\
Operations on one id keep their order, and an id may come twice. What is refused takes nothing else
with it. Each chunk is one transaction, and a task goes on behind what it has done, whatever
happens: nothing is lost, and nothing is done twice.

A body may be packed: `Content-Encoding: gzip` or `zstd`. JSON may have 100 MB, lines and tables
5 GB, unpacked.
"""
