"""The running example of the documentation: a source and its profiles, and what they are refused.

OpenAPI shows it, the tests prove it.
"""

from dataclasses import replace

from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused, faulty, missing_member

SOURCE_BODY: Json = {
    "type": "registry",
    "name": "Clinic network",
    "description": "Who gives care, and where.",
    "retention": {"days": 90, "versions": 10},
}
SOURCE: Json = {"key": "clinic", **SOURCE_BODY}

PROVIDER: Json = {
    "type": "ROOT",
    "description": "Somebody who gives care.",
    "properties": {
        "name": {"type": "symbol", "rules": [{"required": True}]},
        "practiceNumber": {"type": "integer"},
        "specialities": {"type": "array", "items": {"type": "symbol"}},
    },
}
PAYMENT_METHOD: Json = {"type": "CONTAINED", "properties": {"value": {"type": "symbol"}}}
OFFICE: Json = {
    "type": "ROOT",
    "properties": {"name": {"type": "symbol"}, "note": {"type": "symbol"}},
    "contained": {
        "primaryPaymentMethod": {"types": ["paymentMethod"], "cardinality": "0:1"},
        "alternativePaymentMethods": {"types": ["paymentMethod"], "cardinality": "0:*"},
    },
}
PROFILES: Json = {"provider": PROVIDER, "paymentMethod": PAYMENT_METHOD, "office": OFFICE}
FAULTY_PROFILE: Json = {
    "properties": {"name": {"type": "symbol", "rules": [{"required": "yes"}]}},
    "contained": {"primaryPaymentMethod": {"types": ["paymentMethod"], "cardinality": "1"}},
}

CARDINALITIES = ["0:1", "1:1", "0:*", "1:*"]
NOT_A_CARDINALITY = "Must be one of: 0:1, 1:1, 0:*, 1:*."
FAULTY_PROFILE_REFUSED = faulty(
    "profile",
    [
        Fault(
            "/contained/primaryPaymentMethod/cardinality", "enum", NOT_A_CARDINALITY, CARDINALITIES
        ),
        Fault("/properties/name/rules/0/required", "type", "Must be true or false.", "boolean"),
    ],
)
NO_TYPE_REFUSED = faulty("source", [missing_member("/type")])


def conflict(what: str, *faults: Fault) -> Refused:
    """The refusal of what the records that are there forbid."""
    failed = ErrorType.FAILED_PRECONDITION
    return faulty(what, [replace(fault, type=failed) for fault in faults])


STILL_USED_REFUSED = conflict("profile", Fault("/type", "unused", "Is used by 1 resource."))
UNRESTORABLE_REFUSED = faulty(
    "profile",
    [Fault("/contained/primaryPaymentMethod/types/0", "exists", "There is no such profile.")],
)

WITH_EMAIL: Json = {
    **PROVIDER,
    "properties": {
        **PROVIDER["properties"],
        "email": {"type": "symbol", "rules": [{"required": True}]},
    },
}
PLAN: Json = {
    "mode": "plan",
    "outcome": "CHANGED",
    "state": "ready",
    "computedAt": "2025-03-01T12:00:00.000000Z",
    "contractVersion": 4,
    "checked": 1,
    "nonconforming": 1,
    "types": [{"type": "provider", "checked": 1, "nonconforming": 1}],
    "faults": [
        {
            "type": "provider",
            "path": "/data/email",
            "rule": "required",
            "expected": True,
            "count": 1,
            "examples": ["john-doe"],
        }
    ],
}
"""What `WITH_EMAIL` would leave behind."""
