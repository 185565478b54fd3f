"""The running example of the documentation: who works where.

OpenAPI shows it, the tests prove it.
"""

from dataclasses import replace

from ingestion.openapi.examples import OFFICE, PROVIDER, TIME, meta
from profiles.exact import Json
from profiles.examples import CARDINALITIES, NOT_A_CARDINALITY, conflict
from profiles.faults import ErrorType, Fault, Refused, faulty

PROVIDER_OFFICE: Json = {
    "from": {"profileKey": "provider", "includeKey": "worksAt", "includeCardinality": "0:*"},
    "to": {"profileKey": "office", "includeKey": "staff", "includeCardinality": "0:*"},
    "description": "A provider sees patients at an office.",
    "properties": {"effective": {"type": "period"}},
}
ENDS: Json = {
    "from": {"id": "john-doe", "type": "provider"},
    "to": {"id": "south-west-clinic", "type": "office"},
}
EFFECTIVE: Json = {"effective": {"start": "2024-01-01"}}
BODY: Json = {**ENDS, "data": EFFECTIVE}
BODY_WITHOUT_ENDS: Json = {"data": EFFECTIVE}
ID = "provider.john-doe,office.south-west-clinic"
RELATIONSHIP: Json = {
    "id": ID,
    "type": "provider-office",
    **ENDS,
    "data": EFFECTIVE,
    "meta": meta(),
}
PAGE: Json = {"data": [RELATIONSHIP], "meta": {"perPage": 100}}
INCLUDED: Json = {"included": {"relationships": [], "resources": [OFFICE]}}
PAGE_WITH_OFFICES: Json = {**PAGE, **INCLUDED}
WITH_OFFICE: Json = {**RELATIONSHIP, **INCLUDED}
PATCH: Json = [{"op": "add", "path": "/data/effective/end", "value": "2025-01-01"}]
MERGE: Json = {"data": {"effective": {"end": "2025-01-01"}}}
ENDED: Json = {"effective": {"start": "2024-01-01", "end": "2025-01-01"}}
GRAPH: Json = {
    "nodes": [{"resource": PROVIDER, "depth": 0}, {"resource": OFFICE, "depth": 1}],
    "edges": [RELATIONSHIP],
    "meta": {"depth": 1, "limit": 200, "isCut": False},
}
PATH: Json = {
    "nodes": [PROVIDER, OFFICE],
    "edges": [RELATIONSHIP],
    "meta": {"length": 1, "isCut": False},
}
NO_PATH: Json = {"nodes": [], "edges": [], "meta": {"length": None, "isCut": False}}
FAULTY_DEFINITION: Json = {
    "from": {"profileKey": "provider", "includeKey": "worksAt", "includeCardinality": "many"},
    "to": {"profileKey": "office", "includeKey": "staff", "includeCardinality": "0:*"},
}
ONE_OFFICE: Json = {
    **PROVIDER_OFFICE,
    "from": {**PROVIDER_OFFICE["from"], "includeCardinality": "0:1"},
}
FAULTY_BODY: Json = {**ENDS, "data": {"effective": {"start": "2024-01-01", "end": "2023-01-01"}}}
FAULTY_MERGE: Json = {"data": {"effective": {"end": "2023-01-01"}}}

NEEDED_STAFF: Json = {
    **PROVIDER_OFFICE,
    "to": {**PROVIDER_OFFICE["to"], "includeCardinality": "1:*"},
}
PLAN: Json = {
    "mode": "plan",
    "outcome": "CHANGED",
    "state": "ready",
    "computedAt": TIME,
    "contractVersion": 4,
    "checked": 0,
    "nonconforming": 0,
    "types": [{"type": "provider-office", "checked": 0, "nonconforming": 0}],
    "faults": [],
    "ends": [
        {
            "side": "to",
            "type": "office",
            "path": "/to/includeCardinality",
            "rule": "missing",
            "expected": "1:*",
            "count": 1,
            "examples": ["south-west-clinic"],
        }
    ],
}
"""What `NEEDED_STAFF` would leave behind."""
MISSING_PAGE: Json = {
    "data": [
        {
            "side": "to",
            "type": "office",
            "id": "south-west-clinic",
            "includeKey": "staff",
            "expected": "1:*",
        }
    ],
    "meta": {"perPage": 100},
}

FAULTY_DEFINITION_REFUSED = faulty(
    "relationship definition",
    [Fault("/from/includeCardinality", "enum", NOT_A_CARDINALITY, CARDINALITIES)],
)
TIGHTENED_REFUSED = conflict(
    "relationship definition",
    Fault(
        "/from/includeCardinality",
        "cardinality",
        "1 provider resource has more than one partner.",
    ),
)
UNRESTORABLE_REFUSED = faulty(
    "relationship definition",
    [Fault("/from/profileKey", "exists", "There is no such profile.")],
)
_out_of_order = Fault("/data/effective", "order", "The start must not be after the end.")
FAULTY_REFUSED = faulty("relationship", [_out_of_order])
FAULTY_RESULT_REFUSED = faulty("relationship", [replace(_out_of_order, scope="result")])
NO_END_REFUSED = conflict("relationship", Fault("/to/id", "exists", "There is no such office."))
PLACE_TAKEN_REFUSED = conflict(
    "relationship",
    Fault("/from/id", "cardinality", "This provider has its one worksAt already.", "0:1"),
)


def _bad_parameter(name: str, message: str, expected: Json = None) -> Refused:
    fault = Fault(f"?{name}", "parameter", message, expected)
    return Refused(ErrorType.INVALID_ARGUMENT, f"Bad query parameter {name}. {message}", [fault])


UNKNOWN_DEFINITION_REFUSED = _bad_parameter(
    "definitions",
    "Holds one that is not known. There are: provider-office.",
    ["provider-office"],
)
NO_RESOURCE_REFUSED = _bad_parameter("to", "There is no such office.")
