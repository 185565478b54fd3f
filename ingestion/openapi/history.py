"""How the endpoints of history are described: the same for both kinds of record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_view

from ingestion.openapi import history_examples as examples
from ingestion.openapi.examples import TIME
from ingestion.openapi.resources import WRITTEN
from ingestion.openapi.schemas import written_members
from ingestion.operations import Action
from ingestion.past.erased import erased
from profiles.api.openapi.components import (
    ID,
    KEY,
    PER_PAGE,
    POSITIVE,
    TEXT,
    path_parameter,
    query_parameter,
)
from profiles.api.openapi.endpoints import (
    Components,
    Object,
    answer,
    page_schema,
    reading,
    schema,
    writing,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.reasons import MAX_REASON

HISTORY = "History"
TAGS = {
    HISTORY: "What became of a record in all its lives: who changed it, when and why, what it was"
    " before, and how it comes back. What was deleted keeps its history, and so does what was of a"
    " profile or relationship definition that is retired."
}
RESTORING = """\
The record becomes what it was after this operation, by a write like any other: checked by its
definition as it is now, and with a change of its own in history. What was deleted comes back, as
old as it was, and so do the relationships that its deletion took along (`restored`), but for those
that do not fit any more (`notRestored` says why): the other end is gone, or has another partner.
"""
KEPT_FROM: Schema = {
    "type": "string",
    "format": "date-time",
    "description": "Of the source, older operations may be gone (`retention`). Absent where all are"
    " kept.",
}
MOMENT: Schema = {"type": "string", "format": "date-time"}


ERASED = refusal("What the record then was has been erased.", erased=erased())


def components() -> Components:
    return {
        "schemas": {
            **_schemas("Resource"),
            **_schemas("Relationship"),
            "HistoryPageMeta": closed_object(
                {"cursor": TEXT, "perPage": PER_PAGE, "keptFrom": KEPT_FROM}, ["perPage"]
            ),
            "RecordName": closed_object({"type": KEY, "id": TEXT}, ["type", "id"]),
            "LostRecord": closed_object(
                {"type": KEY, "id": TEXT, "error": schema("Error")}, ["type", "id", "error"]
            ),
        },
        "parameters": {
            "pastId": path_parameter(
                "id", ID, "john-doe", "The id of a resource, whether it still is there or not."
            ),
            "operationId": _operation_id("operationId", "As the list of operations tells it."),
            "otherId": _operation_id("otherId", "The operation to which the patch leads."),
            "fromMoment": query_parameter(
                "from", MOMENT, "2024-05-31T13:30:00Z", "Only what was done then or later."
            ),
            "toMoment": query_parameter(
                "to", MOMENT, "2024-05-31T13:30:00Z", "Only what was done then or before."
            ),
            "withPayload": query_parameter(
                "withPayload",
                {"enum": ["false", "true"], "default": "false"},
                "true",
                "With the whole record as it then was, in `payload`; of a deletion its last state.",
            ),
        },
    }


def _operation_id(name: str, description: str) -> Object:
    id: Schema = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
    return path_parameter(name, id, examples.OPERATION_ID, description)


def _schemas(name: str) -> dict[str, Schema]:
    members: dict[str, Schema] = {
        "id": {**TEXT, "description": "Of the record."},
        "operationId": TEXT,
        "taskId": TEXT,
        "action": {"enum": [action.value for action in Action]},
        "version": POSITIVE,
        "timestamp": MOMENT,
        "userInfo": closed_object({"actor": TEXT}, ["actor"]),
        "reason": {"type": "string", "maxLength": MAX_REASON},
        "payload": {"anyOf": [schema(name), {"type": "null"}]},
        "erased": {"type": "boolean", "description": "What the record then was has been erased."},
    }
    required = [key for key in members if key not in ("reason", "payload", "erased")]
    restored: dict[str, Schema] = {
        **written_members(),
        name.lower(): schema(name),
        "restored": {"type": "array", "items": schema("RecordName")},
        "notRestored": {"type": "array", "items": schema("LostRecord")},
    }
    return {
        f"{name}Change": closed_object(members, required),
        f"{name}ChangePage": page_schema(f"{name}Change", schema("HistoryPageMeta")),
        f"Restored{name}": closed_object(restored, list(restored)),
    }


@dataclass(frozen=True, slots=True)
class DescribedHistory:
    """What differs between the kinds."""

    name: str
    """`Resource` or `Relationship`."""
    parameters: Sequence[str]
    """Those of the path to a record."""
    change: Json
    payload: Json
    patch: Json
    changed: Json
    """The answer to a restoration of what is there."""
    restored: Json
    answers: Mapping[int, Object]
    """How a restoration may be refused."""

    def endpoints(self) -> Callable[[Any], Any]:
        name, one = self.name, (*self.parameters, "operationId")
        what = name.lower()
        return extend_schema_view(
            list=reading(
                f"list{name}Operations",
                HISTORY,
                f"List what became of a {what}, the newest first",
                {
                    200: answer(
                        "A page of operations.",
                        f"{name}ChangePage",
                        {
                            "created": examples.page(self.change),
                            "olderAreGone": examples.page(self.change, keptFrom=TIME),
                        },
                        (),
                    ),
                    404: missing(what),
                },
                parameters=(*self.parameters, "fromMoment", "toMoment", "cursor", "perPage"),
            ),
            retrieve=reading(
                f"get{name}Operation",
                HISTORY,
                f"Read an operation, and what the {what} then was",
                {
                    200: answer(
                        "The operation.",
                        f"{name}Change",
                        {
                            "created": self.change,
                            "withPayload": {**self.change, "payload": self.payload},
                            "erased": {**self.change, "erased": True, "payload": None},
                        },
                        (),
                    ),
                    404: missing("operation"),
                },
                parameters=(*one, "withPayload"),
            ),
            diff=reading(
                f"get{name}Difference",
                HISTORY,
                f"Compare a {what} after two operations",
                {
                    200: answer(
                        "What leads from the one state to the other.",
                        f"{name}JsonPatch",
                        {"changed": self.patch},
                        (),
                    ),
                    404: missing("operation"),
                    410: ERASED,
                },
                parameters=(*one, "otherId"),
                description="As a JSON Patch (RFC 6902) that a PATCH takes.",
            ),
            restore=writing(
                f"restore{name}",
                HISTORY,
                f"Make an old state of a {what} the newest one",
                {
                    200: answer(
                        "Restored, or the same as before.",
                        f"Restored{name}",
                        {"changed": self.changed},
                    ),
                    201: answer(
                        "It was deleted, and is back.",
                        f"Restored{name}",
                        {"back": self.restored},
                        WRITTEN,
                    ),
                    404: missing("operation"),
                    410: ERASED,
                    **self.answers,
                },
                parameters=(*one, "IfMatch", "IdempotencyKey", "ChangeReason"),
                description=RESTORING,
            ),
        )


describe_history = DescribedHistory(
    name="Resource",
    parameters=("source", "type", "pastId"),
    change=examples.CREATED,
    payload=examples.WITH_PAYLOAD["payload"],
    patch=examples.RENAMED,
    changed=examples.CHANGED_BACK,
    restored=examples.RESTORED,
    answers={
        400: refusal(
            "The state does not fit the profile as it is now.", noEmail=examples.NO_EMAIL_REFUSED
        )
    },
).endpoints()
