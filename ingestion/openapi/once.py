"""How the key is described by which a POST is done once."""

from __future__ import annotations

from django.conf import settings

from ingestion.api.idempotency import (
    HEADER,
    MAX_KEY,
    PLAIN_PATTERN,
    QUOTED_PATTERN,
    REPLAYED,
    REUSED,
)
from profiles.api.openapi.components import precondition
from profiles.api.openapi.endpoints import Components
from profiles.api.openapi.refusals import refusal
from profiles.faults import ErrorType, Refused

DESCRIPTION = f"""\
A name for this request, of up to {MAX_KEY} visible ASCII characters, in double quotes or without.
Who sends the request again with the same key gets the first answer again, a refusal too, with the
header `{REPLAYED}: true`: it is done once. At the same time, the second request waits for the
first. Kept for {settings.IDEMPOTENCY_HOURS:g} hours, for one caller and one address; 5xx and 429
are not kept.
"""


def once_components() -> Components:
    return {
        "parameters": {
            "IdempotencyKey": precondition(
                HEADER,
                {"type": "string", "pattern": f"^({PLAIN_PATTERN}|{QUOTED_PATTERN})$"},
                "5b1f4a0e-6f0c-4a53-8f0e-2d8f0a9c7b11",
                DESCRIPTION,
            )
        },
        "responses": {
            "KeyReused": refusal(
                f"The `{HEADER}` came with another body, query or precondition before.",
                reused=Refused(ErrorType.INVALID_ARGUMENT, REUSED, status=422),
            )
        },
    }
