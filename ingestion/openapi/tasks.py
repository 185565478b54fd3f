"""How bulks and tasks are described."""

from __future__ import annotations

from ingestion.models import TaskKind, TaskMode, TaskStatus
from ingestion.openapi import task_examples as examples
from ingestion.records import Outcome
from ingestion.tasks.ending import HAS_ENDED
from ingestion.tasks.submitting import NOT_READY
from profiles.api.openapi.components import (
    COUNT,
    KEY,
    TEXT,
    path_parameter,
    precondition,
    query_parameter,
)
from profiles.api.openapi.endpoints import (
    DENIED,
    Components,
    answer,
    content,
    page_schema,
    reading,
    schema,
    starting,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.faults import ErrorType, Refused

TAG = "Tasks"
TAGS = {TAG: "Many operations at once, in the background, and what became of them."}

SHOWN = {"waiting": examples.WAITING, "done": examples.DONE}
MOMENT: Schema = {"type": "string", "format": "date-time"}


def components() -> Components:
    counts = closed_object(dict.fromkeys(examples.NO_COUNTS, COUNT), list(examples.NO_COUNTS))
    progress = closed_object(
        {
            "done": COUNT,
            "total": {**COUNT, "description": "Absent until it is known."},
            "perSecond": COUNT,
            "counts": counts,
        },
        ["done", "perSecond", "counts"],
    )
    task: dict[str, Schema] = {
        "taskId": TEXT,
        "kind": {"enum": [*(kind.name for kind in TaskKind), "SINGLE"]},
        "mode": {"enum": TaskMode.values},
        "status": {
            "enum": TaskStatus.values,
            "description": "FAILURE: it has ended, and an operation was refused.",
        },
        "actor": TEXT,
        "reason": {**TEXT, "description": "Why, if whoever asked said so."},
        "receivedAt": MOMENT,
        "startedAt": MOMENT,
        "completedAt": MOMENT,
        "progress": progress,
        "deletedCount": COUNT,
        "deletedRelationships": COUNT,
        "undoes": {**TEXT, "description": "The task that it undoes."},
        "plan": {**TEXT, "description": "The task that planned it."},
        "error": {**schema("Error"), "description": "What stopped it as a whole."},
        "receipts": {"type": "array", "items": schema("Receipt")},
        "meta": schema("PageMeta"),
    }
    receipt: dict[str, Schema] = {
        "index": {**COUNT, "description": "Of the operation, in what was sent."},
        "action": {"enum": ["CREATE", "UPSERT", "UPDATE", "DELETE"]},
        "targetType": {"enum": ["RESOURCE", "RELATIONSHIP"]},
        "id": TEXT,
        "type": TEXT,
        "status": {"enum": ["SUCCESS", "FAILURE"]},
        "outcome": {"enum": [outcome.value for outcome in Outcome]},
        "receivedAt": MOMENT,
        "completedAt": MOMENT,
        "changedPaths": {
            "type": "array",
            "items": TEXT,
            "description": "Of a plan: JSON Pointers to what would be changed, 50 at most.",
        },
        "error": schema("Error"),
    }
    operation = {name: {"type": "object"} for name in ("create", "upsert", "delete")}
    bulk_operation = closed_object(
        {
            "action": {"enum": ["CREATE", "UPSERT", "DELETE"]},
            **operation,
            "faults": {
                "type": "array",
                "description": "As rejects have them; passed over.",
                "items": {"type": "object"},
            },
        },
        ["action"],
    )
    required = ["taskId", "kind", "status", "actor", "receivedAt"]
    return {
        "schemas": {
            "Task": closed_object(task, required),
            "TaskPage": page_schema("Task", schema("PageMeta")),
            "Receipt": closed_object(receipt, ["index", "action", "targetType", "id", "type"]),
            "BulkOperation": bulk_operation,
            "Bulk": closed_object(
                {"operations": {"type": "array", "items": schema("BulkOperation")}}, ["operations"]
            ),
            "Accepted": closed_object(
                {"taskId": TEXT, "status": {"const": "ACCEPTED"}}, ["taskId", "status"]
            ),
        },
        "parameters": {
            "taskId": path_parameter(
                "id", TEXT, examples.TASK_ID, "As the answer to the request told it."
            ),
            "taskStatus": query_parameter(
                "status", {"enum": TaskStatus.values}, "PENDING", "Tasks of this status only."
            ),
            "mine": query_parameter(
                "mine",
                {"enum": ["true", "false"], "default": "true"},
                "true",
                "`false`: those of others too, for admins.",
            ),
            "withReceipts": query_parameter(
                "withReceipts",
                {"enum": ["false", "true"], "default": "false"},
                "true",
                "With what became of each operation, page by page.",
            ),
            "bulkMode": query_parameter(
                "mode",
                {"enum": TaskMode.values, "default": TaskMode.WRITE.value},
                "plan",
                "`plan` writes nothing: the receipts say what would be.",
            ),
            "tableType": query_parameter(
                "type", KEY, "provider", "With `text/csv`: what the rows are."
            ),
            "Prefer": precondition(
                "Prefer",
                TEXT,
                "wait=10",
                "`wait=10`: answer with the receipts, if it is done within ten seconds (RFC 7240)."
                " A minute at most; what else is preferred is passed over.",
            ),
        },
    }


describe_tasks = reading(
    "listTasks",
    TAG,
    "List tasks, the newest first",
    {
        200: answer(
            "A page of tasks.",
            "TaskPage",
            {"waiting": {"data": [examples.WAITING], "meta": {"perPage": 100}}},
            headers=(),
        ),
        **DENIED,
    },
    parameters=("source", "taskStatus", "mine", "cursor", "perPage"),
    description="One's own: so a task whose id was lost is found again.",
)

describe_task = reading(
    "getTask",
    TAG,
    "See how far a task has come, and what became of its operations",
    {
        200: answer(
            "The task.", "Task", {"waiting": examples.WAITING, "done": examples.DONE}, headers=()
        ),
        404: missing("task"),
    },
    parameters=("source", "taskId", "withReceipts", "cursor", "perPage"),
    description=(
        "Also of a single write (`s_…`), by its change or its refusal: one that changed nothing"
        " left neither, and is a 404."
    ),
)

describe_rejects = reading(
    "getRejects",
    TAG,
    "Read what was refused, as it was sent and with its faults",
    {
        200: {
            "description": "A line for each, which may be corrected and sent again as it is.",
            "content": {
                "application/x-ndjson": content(
                    schema("BulkOperation"), {"reject": examples.REJECT}
                )
            },
        },
        404: missing("task"),
    },
    parameters=("source", "taskId"),
)

describe_apply = starting(
    "applyPlan",
    TAG,
    "Carry out what was planned, as long as nothing has moved",
    {
        202: answer("It will be done.", "Accepted", {"kept": examples.ACCEPTED}, headers=()),
        404: missing("task"),
        409: refusal(
            "It is no plan that can be carried out.",
            noPlan=Refused(ErrorType.FAILED_PRECONDITION, NOT_READY),
        ),
    },
    parameters=("source", "taskId", "IdempotencyKey", "ChangeReason"),
    description=(
        "An operation on a record that was changed since the plan looked at it is refused, with 412"
        " in its receipt."
    ),
)

describe_cancel = starting(
    "cancelTask",
    TAG,
    "Cancel a task; what it has done stays done",
    {
        200: answer("The task.", "Task", {"cancelled": examples.CANCELLED}, headers=()),
        404: missing("task"),
        409: refusal(
            "It has ended.",
            ended=Refused(ErrorType.FAILED_PRECONDITION, HAS_ENDED),
        ),
    },
    parameters=("source", "taskId"),
    description="It ends before its next chunk, and says what was done.",
)
