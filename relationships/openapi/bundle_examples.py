"""The running example, sent as a bundle: OpenAPI shows it, the tests prove it."""

from dataclasses import replace

from ingestion.openapi.examples import FAULTY_OFFICE_REFUSED, MADE_ID, TIME, exists_already
from profiles.exact import Json
from profiles.faults import ErrorType, Refused, faulty
from relationships.openapi.examples import ENDS


def _team(name: Json) -> Json:
    """An office and a provider who works there, whose id is yet to be made."""
    return {
        "resourceOperations": [
            {
                "action": "CREATE",
                "create": {"type": "provider", "id": "@rootId1", "data": {"name": name}},
            },
            {
                "action": "UPSERT",
                "upsert": {"type": "office", "id": "north-clinic", "data": {"name": "North"}},
            },
        ],
        "relationshipOperations": [
            {
                "action": "CREATE",
                "create": {
                    "type": "provider-office",
                    "from": {"type": "provider", "id": "@rootId1"},
                    "to": {"type": "office", "id": "north-clinic"},
                },
            }
        ],
    }


def _receipt(action: str, target: str, type: str, id: str) -> Json:
    return {
        "index": 0,
        "action": action,
        "targetType": target,
        "id": id,
        "type": type,
        "status": "SUCCESS",
        "outcome": "CREATED",
        "receivedAt": TIME,
        "completedAt": TIME,
    }


TEAM = _team("Jane Roe")
FAULTY_TEAM = _team(5)
TEAM_WRITTEN: Json = {
    "taskId": "bd_01956f3a0b7c7d0e8a6b5c4d3e2f1a09",
    "status": "PERSISTED",
    "receipts": [
        _receipt("CREATE", "RESOURCE", "provider", MADE_ID),
        {**_receipt("UPSERT", "RESOURCE", "office", "north-clinic"), "index": 1},
        _receipt(
            "CREATE",
            "RELATIONSHIP",
            "provider-office",
            f"provider.{MADE_ID},office.north-clinic",
        ),
    ],
}
_of_the_provider: Json = {"index": 0, "operations": "resourceOperations"}
_of_the_link: Json = {"index": 0, "operations": "relationshipOperations"}
FAULTY_TEAM_REFUSED = faulty(
    "bundle",
    [
        replace(fault, **_of_the_provider)
        for fault in FAULTY_OFFICE_REFUSED.faults
        if fault.path == "/data/name"
    ],
)
LINK: Json = {
    "relationshipOperations": [
        {"action": "CREATE", "create": {"type": "provider-office", **ENDS}},
    ]
}
LINK_EXISTS = Refused(
    ErrorType.ALREADY_EXISTS,
    "1 fault in the bundle.",
    [replace(fault, **_of_the_link) for fault in exists_already("relationship").faults],
)
