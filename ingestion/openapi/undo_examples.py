"""Undoing, as the documentation shows it: a load is undone whose record somebody changed since."""

from ingestion.models import ConflictReason
from ingestion.openapi.examples import TIME, meta
from ingestion.openapi.history_examples import change
from ingestion.openapi.task_examples import NO_COUNTS, RECEIPT, WAITING
from ingestion.undoing.refusals import left_alone
from profiles.exact import Json

ACCEPTED: Json = {"taskId": "un_01956f3a0b7c7d0e8a6b5c4d3e2f1a09", "status": "ACCEPTED"}
CHANGED_SINCE: Json = left_alone(ConflictReason.CHANGED_SINCE).as_json()
DONE: Json = {
    **WAITING,
    "taskId": ACCEPTED["taskId"],
    "kind": "UNDO",
    "status": "FAILURE",
    "undoes": WAITING["taskId"],
    "startedAt": TIME,
    "completedAt": TIME,
    "progress": {
        "done": 1,
        "total": 1,
        "perSecond": 1,
        "counts": {**NO_COUNTS, "refused": 1},
    },
    "receipts": [
        {
            **RECEIPT,
            "action": "DELETE",
            "status": "FAILURE",
            "outcome": "REFUSED",
            "error": CHANGED_SINCE,
        }
    ],
    "meta": {"perPage": 100},
}


def _made(version: int, action: str, data: Json) -> Json:
    record = {"id": "jane-roe", "type": "provider", "data": data, "contained": {}}
    return {
        "state": "PRESENT",
        "change": change("jane-roe", action=action, version=version),
        "record": {**record, "meta": meta(version)},
    }


CONFLICTS: Json = {
    "data": [
        {
            "index": 0,
            "targetType": "RESOURCE",
            "type": "provider",
            "id": "jane-roe",
            "conflict": "CHANGED_SINCE",
            "error": CHANGED_SINCE,
            "before": {"state": "ABSENT"},
            "after": _made(1, "UPSERT", {"name": "Jane Roe"}),
            "now": _made(2, "UPSERT", {"name": "Jane Roe-Poe"}),
        }
    ],
    "meta": {"perPage": 100},
}
