"""How dead letters are described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.openapi import subscription_examples as examples
from ingestion.openapi.subscriptions import MOMENT, TAG
from ingestion.operations import Action, Target
from ingestion.webhooks.saving import WHAT
from profiles.api.openapi.components import COUNT, KEY, POSITIVE, TEXT, path_parameter
from profiles.api.openapi.endpoints import (
    DENIED,
    Components,
    answer,
    page_schema,
    reading,
    schema,
    starting,
)
from profiles.api.openapi.refusals import missing
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object

TAGS: dict[str, str] = {}


def components() -> Components:
    return {
        "schemas": {
            "DeadLetter": _letter(),
            "DeadLetterPage": page_schema("DeadLetter", schema("PageMeta")),
            "Asked": closed_object({"asked": COUNT}, ["asked"]),
        },
        "parameters": {
            "deadLetterId": path_parameter(
                "deadLetterId",
                TEXT,
                examples.DEAD["id"],
                "The `operationId` of the change.",
            ),
        },
    }


def _letter() -> Schema:
    members: dict[str, Schema] = {
        "id": {**TEXT, "description": "The `operationId` of the change."},
        "action": {"enum": [action.value for action in Action]},
        "target": {"enum": [target.value for target in Target]},
        "type": KEY,
        "recordId": TEXT,
        "version": POSITIVE,
        "attempts": {**COUNT, "description": "0: it waits behind another one of its record."},
        "error": {**TEXT, "description": "Why it was not received."},
        "keptAt": MOMENT,
        "canBeReplayed": {"type": "boolean", "description": "The change is still kept."},
        "replayAskedAt": {**MOMENT, "description": "It will be sent again."},
    }
    return closed_object(members, [name for name in members if name != "replayAskedAt"])


_place = ("source", "subscription")
_asked = answer("How many there are.", "Asked", {"one": examples.ASKED}, headers=())
_missing = missing(WHAT)
_missing_letter = missing(WHAT, examples.LETTER)

describe_letters = extend_schema_view(
    list=reading(
        "listDeadLetters",
        TAG,
        "List the changes that a receiver did not get",
        {
            200: answer("A page of them.", "DeadLetterPage", {"one": examples.LETTERS}, headers=()),
            404: _missing,
            **DENIED,
        },
        parameters=(*_place, "cursor", "perPage"),
        description="The oldest first. They name their changes, and hold nothing of them.",
    ),
    destroy=starting(
        "deleteDeadLetter",
        TAG,
        "Give a change up for good",
        {204: {"description": "Deleted."}, 404: _missing_letter},
        parameters=(*_place, "deadLetterId"),
        description="With the last one of a record, its later changes are sent again.",
    ),
    replay=starting(
        "replayDeadLetter",
        TAG,
        "Send a dead letter again, with all others of its record",
        {
            202: _asked,
            404: _missing_letter,
        },
        parameters=(*_place, "deadLetterId", "IdempotencyKey"),
        description=(
            "In their order, once each: what fails stays, and so do those behind it. A change that"
            " retention took cannot be sent, and keeps no other back."
        ),
    ),
    replay_all=starting(
        "replayDeadLetters",
        TAG,
        "Send all dead letters again",
        {
            202: _asked,
            404: _missing,
        },
        parameters=(*_place, "IdempotencyKey"),
        description="As each of them. A receiver that is away ends it.",
    ),
)
