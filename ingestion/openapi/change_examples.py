"""The running example, as the change feed tells of it."""

from ingestion.openapi import examples
from ingestion.openapi.history_examples import OPERATION_ID
from profiles.exact import Json

CURSOR = "k6hmMDg1ZmE0MZQAkAAAlM0D0pDNAbjNAbs.4jX0a1x9PQmK.441"
TICKET = "WyJrZXk6Q2szYlZiNU4gdGVzdCIsImNsaW5pYyJd:1vNn2w:K0hFn1c2vJxq5cQ0"
_CREATED: Json = {
    "operationId": OPERATION_ID,
    "action": "CREATE",
    "target": "RESOURCE",
    "type": "provider",
    "id": "john-doe",
    "version": 1,
    "at": examples.TIME,
    "actor": "key:Ck3bVb5N test",
    "taskId": examples.TASK_ID,
}
CHANGE: Json = {**_CREATED, "resource": examples.PROVIDER, "cursor": CURSOR}
CHANGES: Json = {"data": [CHANGE], "meta": {"cursor": CURSOR}}
WITHOUT_PAYLOAD: Json = {"data": [{**_CREATED, "cursor": CURSOR}], "meta": {"cursor": CURSOR}}
ERASED: Json = {
    "data": [{**_CREATED, "erased": True, "resource": None, "cursor": CURSOR}],
    "meta": {"cursor": CURSOR},
}
NONE: Json = {"data": [], "meta": {"cursor": CURSOR}}
