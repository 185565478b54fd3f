"""How erasing is described: the same for both kinds of record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from drf_spectacular.utils import extend_schema_view

from ingestion.models import ErasureScope
from ingestion.openapi import erase_examples as examples
from ingestion.openapi.history import HISTORY
from profiles.api.openapi.components import COUNT, TEXT, query_parameter
from profiles.api.openapi.endpoints import Components, answer, json_body, writing
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.reasons import MAX_REASON

TAGS: dict[str, str] = {}
COUNTED = ("changes", "receipts", "rejects", "answers", "uploads")
TOLD = """\
All that was ever stored of the record goes for good, in all its lives: a record that is there is
deleted first (`taskId`), with its relationships; then the payloads of its changes, and of those of
every relationship that it ever had, what is kept of refused operations on it, what tasks and people
have sent and not carried out, and answers that wait for an `Idempotency-Key`.

That something was done stays: changes keep their place in history and in the feed, with a null in
place of the record and `"erased": true`. So do the id, the times, and the reasons that were given:
an id should tell nothing about anybody.

It needs the role `admin` and a reason, in `X-Change-Reason` or the body. It may be sent again. What
the database still holds of deleted rows, its log and its backups are for whoever runs it: see
`docs/erasing.md`.
"""


def components() -> Components:
    reason: Schema = {"type": "string", "minLength": 1, "maxLength": MAX_REASON}
    counts: dict[str, Schema] = dict.fromkeys(COUNTED, COUNT)
    members: dict[str, Schema] = {
        "taskId": {**TEXT, "description": "Of the deletion, if it was there."},
        "scope": {"enum": ErasureScope.values},
        "reason": reason,
        "erased": closed_object(counts, list(counts)),
    }
    return {
        "schemas": {
            "ErasureBody": closed_object({"reason": reason}, ["reason"]),
            "Erasure": closed_object(members, ["scope", "reason", "erased"]),
        },
        "parameters": {
            "erasureScope": query_parameter(
                "scope",
                {"enum": ErasureScope.values, "default": ErasureScope.ALL.value},
                ErasureScope.PAST.value,
                "`past`: the newest state of the record and of its relationships stays, if it is"
                " there.",
            ),
        },
    }


def erasing(name: str, parameters: Sequence[str]) -> Callable[[Any], Any]:
    what = name.lower()
    return extend_schema_view(
        create=writing(
            f"erase{name}",
            HISTORY,
            f"Erase what was ever stored of a {what}",
            {
                200: answer("Erased.", "Erasure", {"erased": examples.ERASED}, ()),
                400: refusal(
                    "The reason is missing or ill-formed, or a parameter is.",
                    noReason=examples.NO_REASON_REFUSED,
                ),
                404: missing(what),
                409: refusal(
                    "A task that has not ended may write it again.", busy=examples.BUSY_REFUSED
                ),
            },
            parameters=(*parameters, "erasureScope", "IfMatch", "IdempotencyKey", "ChangeReason"),
            body={**json_body("ErasureBody", {"asked": examples.BODY}), "required": False},
            description=TOLD,
        )
    )


describe_erasing = erasing("Resource", ("source", "type", "pastId"))
