"""A subscription to the running example, as the documentation shows it. The tests prove it."""

from __future__ import annotations

from ingestion.feed.removed import of_another_past
from ingestion.openapi.examples import TIME
from ingestion.openapi.history_examples import OPERATION_ID
from ingestion.webhooks import steering
from ingestion.webhooks.saving import WHAT
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused, faulty

LETTER = "dead letter"
SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD6y2rHuLGK9c="  # noqa: S105 - of nobody
URL = "https://crm.example.org/registrar"
BODY: Json = {"url": URL, "types": ["provider"], "description": "The CRM follows providers."}
BODY_WITH_KEY: Json = {"key": "crm", **BODY}
_IDLE: Json = {
    "status": "ACTIVE",
    "behind": 0,
    "behindIsAtLeast": False,
    "deadLetters": 0,
    "attempts": 0,
    "begunAt": TIME,
    "secretSince": TIME,
}
_SAID: Json = {**BODY, "payload": "full", "batch": 1, "from": "now"}
_SHOWN: Json = {"key": "crm", "version": 1, **_SAID}
RECORDED: Json = {
    "key": "crm",
    **_SAID,
    "state": {name: _IDLE[name] for name in ("status", "begunAt", "secretSince")},
}
ACTIVE: Json = {**_SHOWN, "state": _IDLE}
CREATED: Json = {**ACTIVE, "secret": SECRET}
PAUSED: Json = {**_SHOWN, "version": 2, "state": {**_IDLE, "status": "PAUSED"}}
RESUMED: Json = {**_SHOWN, "version": 3, "state": _IDLE}
SPARED: Json = {**RESUMED, "state": {**_IDLE, "deadLetters": 1, "lastError": "Answered 500."}}
NOTHING_FAILS = Refused(ErrorType.FAILED_PRECONDITION, steering.NOTHING_FAILS)
TESTED: Json = {**RESUMED, "state": {**_IDLE, "test": {"askedAt": TIME}}}
ROTATED: Json = {
    **_SHOWN,
    "version": 4,
    "state": {**_IDLE, "formerSecretUntil": TIME},
    "secret": SECRET,
}
FAULTY_BODY: Json = {"url": "http://localhost/hook", "batch": 0}
FAULTY: Refused = faulty(
    WHAT,
    [
        Fault("/batch", "min", "Must be at least 1.", 1),
        Fault("/url", "destination", "Must begin with https://."),
    ],
)
EXISTS = Refused(ErrorType.ALREADY_EXISTS, "There is such a subscription already.")
NO_PLACE = Refused(
    ErrorType.INVALID_ARGUMENT,
    "Bad query parameters. cursor: Is no cursor of the changes of this source. `now` is one.",
    [
        Fault(
            "/from",
            "cursor",
            "Must be `now`, `beginning` or a cursor of the changes of this source.",
        )
    ],
)
_RESTORED = of_another_past("").faults[0].message
_STUCK = f"It cannot go on where it was: say `from`. {_RESTORED}"
STUCK = Refused(
    ErrorType.FAILED_PRECONDITION,
    _STUCK,
    [Fault("/from", "required", _STUCK, type=ErrorType.FAILED_PRECONDITION)],
)
DEAD: Json = {
    "id": OPERATION_ID,
    "action": "CREATE",
    "target": "RESOURCE",
    "type": "provider",
    "recordId": "john-doe",
    "version": 1,
    "attempts": 15,
    "error": "Answered 500.",
    "keptAt": TIME,
    "canBeReplayed": True,
}
LETTERS: Json = {"data": [DEAD], "meta": {"perPage": 100}}
ASKED: Json = {"asked": 1}
