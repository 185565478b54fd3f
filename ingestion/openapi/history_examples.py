"""History, as the documentation shows it. The tests prove it."""

from ingestion.openapi.examples import NPI, PROVIDER, TASK_ID, TIME, meta
from profiles.exact import Json
from profiles.faults import faulty, missing_member

OPERATION_ID = "01956f3a0b7c7d0e8a6b5c4d3e2f1a09"
REASON = "The practice moved, as its owner told us."


def change(id: str, **more: Json) -> Json:
    return {
        "id": id,
        "operationId": OPERATION_ID,
        "taskId": TASK_ID,
        "action": "CREATE",
        "version": 1,
        "timestamp": TIME,
        "userInfo": {"actor": "key:q7TzWkPm test"},
        **more,
    }


def page(row: Json, **more: Json) -> Json:
    return {"data": [row], "meta": {"perPage": 100, **more}}


CREATED: Json = change("john-doe", reason=REASON)
WITH_PAYLOAD: Json = {**CREATED, "payload": PROVIDER}
RENAMED: Json = [{"op": "replace", "path": "/data/name", "value": "Jon Doe"}]
WORKS_AT: Json = {"type": "provider-office", "id": "provider.john-doe,office.south-west-clinic"}
RESTORED: Json = {
    "taskId": TASK_ID,
    "status": "PERSISTED",
    "resource": PROVIDER,
    "restored": [WORKS_AT],
    "notRestored": [],
}
CHANGED_BACK: Json = {
    **RESTORED,
    "resource": {**PROVIDER, "meta": meta(3, NPI)},
    "restored": [],
}
NO_EMAIL_REFUSED = faulty("resource", [missing_member("/data/email")])
