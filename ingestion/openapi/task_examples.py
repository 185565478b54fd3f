"""Bulks and their tasks, as the documentation shows them. The tests prove it."""

from ingestion.openapi.examples import TIME
from profiles.datatypes.text import Symbol
from profiles.exact import Json

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
    "actor": "key:q7TzWkPm test",
    "receivedAt": TIME,
    "progress": {"done": 0, "perSecond": 0, "counts": NO_COUNTS},
}
CANCELLED: Json = {**WAITING, "status": "CANCELLED", "completedAt": TIME}
FAULT: Json = {
    "type": "INVALID_ARGUMENT",
    "path": "/data/name",
    "rule": "type",
    "expected": Symbol.name,
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
    "receivedAt": TIME,
    "completedAt": TIME,
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
    "startedAt": TIME,
    "completedAt": TIME,
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

LINKED: Json = {
    **WAITING,
    "status": "SUCCESS",
    "startedAt": TIME,
    "completedAt": TIME,
    "progress": {
        "done": 1,
        "total": 1,
        "perSecond": 1,
        "counts": {**NO_COUNTS, "created": 1},
    },
    "receipts": [
        {
            **RECEIPT,
            "action": "CREATE",
            "targetType": "RELATIONSHIP",
            "id": "provider.john-doe,office.south-west-clinic",
            "type": "provider-office",
        }
    ],
    "meta": {"perPage": 100},
}
