"""How undoing tasks is described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.models import ConflictReason, TaskMode
from ingestion.openapi import undo_examples as examples
from ingestion.openapi.tasks import TAG
from ingestion.operations import Target
from ingestion.undoing import asking
from ingestion.undoing.conflicts import MomentState
from profiles.api.openapi.components import COUNT, KEY, TEXT, query_parameter
from profiles.api.openapi.endpoints import (
    Components,
    answer,
    page_schema,
    reading,
    schema,
    starting,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.faults import ErrorType, Refused

TAGS: dict[str, str] = {}
TOLD = """\
Every record that the task changed becomes what it was before: what it made is deleted, what it
changed or deleted is as it was. It goes for tasks of every kind, single writes (`s_…`) and undos,
and is a task of its own: each record is written as in any other write, so it is checked by the
definitions as they are now, and has a change of its own in history.

A record that somebody else changed since is left alone, and so is one on which something hangs that
the task did not make, one whose earlier state is not kept any more or was erased, and one that does
not fit any more. They are refused in the receipts; `…/conflicts` tells what each was before the
task, what the task made of it, and what it is now. What is as it was before already is passed over.

`mode=plan` changes nothing: its receipts and conflicts tell what would be. Carry it out with
`…/apply`, or ask again without it.
"""
CONFLICTS_TOLD = """\
Each is a refused operation of the undo with the record as it was before the undone task, as that
left it, and as it is at the time of asking. `change` is the operation by which it became so, for
`before` of what the task deleted the deletion, which holds the last state; its `operationId` is one
that can be restored. Of a plan, these are what an undo would leave alone.
"""
STATES = "ERASED: gone for good. UNKNOWN: not kept any more."


def components() -> Components:
    moment = closed_object(
        {
            "state": {"enum": [state.value for state in MomentState], "description": STATES},
            "change": {"anyOf": [schema("ResourceChange"), schema("RelationshipChange")]},
            "record": {"anyOf": [schema("Resource"), schema("Relationship")]},
        },
        ["state"],
    )
    conflict: dict[str, Schema] = {
        "index": {**COUNT, "description": "Of the operation, as its receipt has it."},
        "targetType": {"enum": [target.value for target in Target]},
        "type": KEY,
        "id": TEXT,
        "conflict": {"enum": ConflictReason.values},
        "error": schema("Error"),
        "before": schema("UndoMoment"),
        "after": schema("UndoMoment"),
        "now": schema("UndoMoment"),
    }
    return {
        "schemas": {
            "UndoMoment": moment,
            "UndoConflict": closed_object(conflict, list(conflict)),
            "UndoConflictPage": page_schema("UndoConflict", schema("PageMeta")),
        },
        "parameters": {
            "undoMode": query_parameter(
                "mode",
                {"enum": TaskMode.values, "default": TaskMode.WRITE.value},
                "plan",
                "`plan` writes nothing: the receipts say what would be.",
            ),
        },
    }


def _refused(message: str) -> Refused:
    return Refused(ErrorType.FAILED_PRECONDITION, message)


describe_undo = extend_schema_view(
    undo=starting(
        "undoTask",
        TAG,
        "Undo a task: what nobody changed since goes back",
        {
            200: answer("It was done in time.", "Task", {"done": examples.DONE}, ()),
            202: answer("It will be done.", "Accepted", {"undo": examples.ACCEPTED}, ()),
            404: missing("task"),
            409: refusal(
                "It cannot be undone, or is being undone.",
                runs=_refused(asking.RUNS),
                plan=_refused(asking.PLANNED),
                inWork=_refused(asking.IN_WORK),
            ),
        },
        parameters=("source", "taskId", "undoMode", "Prefer", "IdempotencyKey", "ChangeReason"),
        description=TOLD,
    ),
    conflicts=reading(
        "listConflicts",
        TAG,
        "Read what an undo left alone: before, after the task, and now",
        {
            200: answer("A page of them.", "UndoConflictPage", {"jane": examples.CONFLICTS}, ()),
            404: missing("task"),
        },
        parameters=("source", "taskId", "cursor", "perPage"),
        description=CONFLICTS_TOLD,
    ),
)
