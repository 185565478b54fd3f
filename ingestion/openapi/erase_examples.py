"""Erasing, as the documentation shows it. The tests prove it."""

from ingestion.erasing.records import NO_REASON
from ingestion.erasing.uploads import busy_with
from ingestion.openapi.examples import TASK_ID
from profiles.exact import Json
from profiles.faults import ErrorType, Refused

REASON = "Asked for by the person, 14 May."
BODY: Json = {"reason": REASON}
ERASED: Json = {
    "taskId": TASK_ID,
    "scope": "all",
    "reason": REASON,
    "erased": {"changes": 7, "receipts": 1, "rejects": 1, "answers": 0, "uploads": 0},
}
NO_REASON_REFUSED = Refused(ErrorType.INVALID_ARGUMENT, NO_REASON)
BUSY_REFUSED = busy_with(["bk_01956f3a0b7c7d0e8a6b5c4d3e2f1a09"])
