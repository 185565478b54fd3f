"""How bulks and tasks are described."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema_view

from ingestion import examples
from ingestion.records import Outcome
from ingestion.task_models import TaskKind, TaskMode, TaskStatus
from profiles.api.openapi.components import (
    COUNT,
    KEY,
    TEXT,
    path_parameter,
    precondition,
    query_parameter,
)
from profiles.api.openapi.endpoints import (
    JSON,
    Components,
    Object,
    answer,
    content,
    page_schema,
    reading,
    ref,
    schema,
    writing,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.faults import ErrorType, Refused

TAG = "Tasks"
TAGS = {TAG: "Many operations at once, in the background, and what became of them."}

BYTES: Schema = {"type": "string", "format": "binary"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TASK_ID = "bk_01956f3a0b7c7d0e8a6b5c4d3e2f1a09"
OPERATIONS: Json = {
    "operations": [
        {
            "action": "UPSERT",
            "upsert": {"type": "provider", "id": "jane-roe", "data": {"name": "Jane Roe"}},
        },
        {"action": "UPSERT", "upsert": {"type": "provider", "id": "rick-poe", "data": {"name": 7}}},
    ]
}
LINK: Json = {
    "operations": [
        {
            "action": "CREATE",
            "create": {
                "type": "provider-office",
                "from": {"type": "provider", "id": "john-doe"},
                "to": {"type": "office", "id": "south-west-clinic"},
            },
        }
    ]
}
ACCEPTED: Json = {"taskId": TASK_ID, "status": "ACCEPTED"}
NO_COUNTS: Json = {"created": 0, "changed": 0, "unchanged": 0, "deleted": 0, "refused": 0}
WAITING: Json = {
    "taskId": TASK_ID,
    "kind": "BULK",
    "mode": "write",
    "status": "PENDING",
    "actor": "key:0123abcd",
    "receivedAt": examples.TIME,
    "progress": {"done": 0, "perSecond": 0, "counts": NO_COUNTS},
}
CANCELLED: Json = {**WAITING, "status": "CANCELLED", "completedAt": examples.TIME}
FAULT: Json = {
    "type": "INVALID_ARGUMENT",
    "path": "/data/name",
    "rule": "type",
    "expected": "string",
    "message": "Must be text.",
}
RECEIPT: Json = {
    "index": 0,
    "action": "UPSERT",
    "targetType": "RESOURCE",
    "id": "jane-roe",
    "type": "provider",
    "status": "SUCCESS",
    "outcome": "CREATED",
    "receivedAt": examples.TIME,
    "completedAt": examples.TIME,
}
REFUSED: Json = {
    **RECEIPT,
    "index": 1,
    "id": "rick-poe",
    "status": "FAILURE",
    "outcome": "REFUSED",
    "error": {
        "code": 400,
        "type": "INVALID_ARGUMENT",
        "message": "1 fault in the resource.",
        "details": [FAULT],
    },
}
DONE: Json = {
    **WAITING,
    "status": "FAILURE",
    "startedAt": examples.TIME,
    "completedAt": examples.TIME,
    "progress": {
        "done": 2,
        "total": 2,
        "perSecond": 2,
        "counts": {**NO_COUNTS, "created": 1, "refused": 1},
    },
    "receipts": [RECEIPT, REFUSED],
    "meta": {"perPage": 100},
}
REJECT: Json = {**OPERATIONS["operations"][1], "faults": [FAULT]}


def components() -> Components:
    counts = closed_object(dict.fromkeys(NO_COUNTS, COUNT), list(NO_COUNTS))
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
        "receivedAt": MOMENT,
        "startedAt": MOMENT,
        "completedAt": MOMENT,
        "progress": progress,
        "deletedCount": COUNT,
        "deletedRelationships": COUNT,
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
            "taskId": path_parameter("id", TEXT, TASK_ID, "As the answer to the request told it."),
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
            "mode": query_parameter(
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
                {"type": "string", "pattern": r"^wait=\d+$"},
                "wait=10",
                "`wait=10`: answer with the receipts, if it is done within ten seconds (RFC 7240).",
            ),
        },
    }


def no_task() -> Object:
    return missing("task")


def describe_bulk(collections: str) -> Callable[[Any], Any]:
    body: Object = {
        "required": True,
        "content": {
            JSON: content(schema("Bulk"), _operations(collections)),
            "application/x-ndjson": content(
                {**BYTES, "description": "An operation a line, up to 5 GB."},
                {"line": '{"action": "DELETE", "delete": {"type": "provider", "id": "nobody"}}\n'},
            ),
            "text/csv": content(
                {**BYTES, "description": "A header of `id` and paths of properties."},
                {"table": "id,name\njane-roe,Jane Roe\n"},
            ),
        },
    }
    return extend_schema_view(
        create=writing(
            f"bulk{collections.capitalize()}",
            TAG,
            f"Write many {collections}, in the background",
            {
                200: answer("It was done within the time to wait.", "Task", {"done": DONE}, ()),
                202: answer("It was kept, and will be done.", "Accepted", {"kept": ACCEPTED}, ()),
                507: refusal(
                    "There is no room for it.",
                    full=Refused(ErrorType.UNAVAILABLE, "There is no room.", status=507),
                ),
            },
            parameters=("source", "mode", "tableType", "Prefer"),
            body=body,
            description=BULK_TOLD,
        )
    )


def _operations(collections: str) -> dict[str, Json]:
    return {"operations": OPERATIONS if collections == "resources" else LINK}


BULK_TOLD = """\
Operations on one id keep their order, and an id may come twice. What is refused takes nothing else
with it. Each chunk is one transaction, and a task goes on behind what it has done, whatever
happens: nothing is lost, and nothing is done twice.

A body may be packed: `Content-Encoding: gzip` or `zstd`. JSON may have 100 MB, lines and tables
5 GB, unpacked.
"""

describe_tasks = reading(
    "listTasks",
    TAG,
    "List tasks, the newest first",
    {
        200: answer(
            "A page of tasks.",
            "TaskPage",
            {"waiting": {"data": [WAITING], "meta": {"perPage": 100}}},
            headers=(),
        ),
        403: ref("responses", "PermissionDenied"),
    },
    parameters=("source", "taskStatus", "mine", "cursor", "perPage"),
    description="One's own: so a task whose id was lost is found again.",
)

describe_task = reading(
    "getTask",
    TAG,
    "See how far a task has come, and what became of its operations",
    {
        200: answer("The task.", "Task", {"waiting": WAITING, "done": DONE}, headers=()),
        404: no_task(),
    },
    parameters=("source", "taskId", "withReceipts", "cursor", "perPage"),
    description="Also of a single write (`s_…`), by its change or its refusal.",
)

describe_rejects = reading(
    "getRejects",
    TAG,
    "Read what was refused, as it was sent and with its faults",
    {
        200: {
            "description": "A line for each, which may be corrected and sent again as it is.",
            "content": {
                "application/x-ndjson": content(schema("BulkOperation"), {"reject": REJECT})
            },
        },
        404: no_task(),
    },
    parameters=("source", "taskId"),
)

describe_apply = writing(
    "applyPlan",
    TAG,
    "Carry out what was planned, as long as nothing has moved",
    {
        202: answer("It will be done.", "Accepted", {"kept": ACCEPTED}, headers=()),
        404: no_task(),
        409: refusal(
            "It is no plan that can be carried out.",
            noPlan=Refused(
                ErrorType.FAILED_PRECONDITION,
                "Only a plan that is ready can be carried out, and only once and within a day.",
            ),
        ),
    },
    parameters=("source", "taskId"),
    description=(
        "An operation on a record that was changed since the plan looked at it is refused, with 412"
        " in its receipt."
    ),
)

describe_cancel = writing(
    "cancelTask",
    TAG,
    "Cancel a task; what it has done stays done",
    {
        200: answer("The task.", "Task", {"cancelled": CANCELLED}, headers=()),
        404: no_task(),
        409: refusal(
            "It has ended.",
            ended=Refused(ErrorType.FAILED_PRECONDITION, "It has ended already."),
        ),
    },
    parameters=("source", "taskId"),
    description="It ends before its next chunk, and says what was done.",
)
