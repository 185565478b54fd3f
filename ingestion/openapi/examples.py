"""The running example of the documentation: a provider and an office, as bodies and as answers.

OpenAPI shows it, the tests prove it.
"""

from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused, faulty, missing_member

TASK_ID = "s_01956f3a0b7c7d0e8a6b5c4d3e2f1a09"
TIME = "2025-03-01T12:00:00.000000Z"
MADE_ID = "01956f3a-0b7c-7d0e-8a6b-5c4d3e2f1a09"

NPI: Json = {"system": "http://hl7.org/fhir/sid/us-npi", "value": "1020993", "use": "official"}
JOHN_DOE: Json = {"name": "John Doe", "practiceNumber": 1020993, "specialities": ["Pharmacist"]}
SOUTH_WEST: Json = {"name": "South West Clinic", "note": "Offering the best services in Toronto"}
VISA: Json = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}
MASTERCARD: Json = {"id": "mastercard", "type": "paymentMethod", "data": {"value": "Mastercard"}}
AMEX: Json = {"id": "amex", "type": "paymentMethod", "data": {"value": "Amex"}}

PROVIDER_BODY: Json = {"data": JOHN_DOE}
PROVIDER_WITH_ID: Json = {"id": "john-doe", "data": JOHN_DOE, "meta": {"identifier": [NPI]}}
OFFICE_BODY: Json = {
    "data": SOUTH_WEST,
    "contained": {"primaryPaymentMethod": [VISA], "alternativePaymentMethods": [MASTERCARD, AMEX]},
}
IMPORTED_BODY: Json = {
    "data": JOHN_DOE,
    "meta": {"createdAt": "2019-05-04T09:30:00Z", "updatedAt": "2021-01-01T00:00:00Z"},
}
FAULTY_OFFICE_BODY: Json = {
    "data": {"name": 7, "nite": "Offering the best services in Toronto"},
    "contained": {"primaryPaymentMethod": [VISA, AMEX]},
}
PATCH: Json = [
    {"op": "test", "path": "/data/name", "value": "John Doe"},
    {"op": "add", "path": "/data/specialities/-", "value": "Nurse"},
]
MERGE: Json = {"data": {"specialities": ["Pharmacist", "Nurse"], "practiceNumber": None}}


def meta(version: int = 1, *identifiers: Json) -> Json:
    return {
        "source": "clinic",
        "version": version,
        "createdAt": TIME,
        "updatedAt": TIME,
        "identifier": list(identifiers),
    }


def contained(root: str, key: str, row: Json) -> Json:
    """A contained resource as it is shown, with its full id."""
    return {**row, "id": f"{root}/{key}/{row['id']}"}


OFFICE_ID = "south-west-clinic"
_root = f"office/{OFFICE_ID}"
SHOWN_VISA: Json = contained(_root, "primaryPaymentMethod", VISA)
SHOWN_MASTERCARD: Json = contained(_root, "alternativePaymentMethods", MASTERCARD)
SHOWN_AMEX: Json = contained(_root, "alternativePaymentMethods", AMEX)
OFFICE: Json = {
    "id": OFFICE_ID,
    "type": "office",
    "data": SOUTH_WEST,
    "contained": {
        "primaryPaymentMethod": [SHOWN_VISA],
        "alternativePaymentMethods": [SHOWN_MASTERCARD, SHOWN_AMEX],
    },
    "meta": meta(),
}
PROVIDER: Json = {
    "id": "john-doe",
    "type": "provider",
    "data": JOHN_DOE,
    "contained": {},
    "meta": meta(1, NPI),
}
DELETION: Json = {"taskId": TASK_ID, "status": "PERSISTED", "deletedRelationships": 1}
FAULTY_AMEX: Json = {"type": "paymentMethod", "data": {"value": 5}}
FAILING_PATCH: Json = [{"op": "test", "path": "/data/name", "value": "Jane Roe"}]

FAULTY_OFFICE_REFUSED = faulty(
    "resource",
    [
        Fault(
            "/contained/primaryPaymentMethod", "cardinality", "At most 1 allowed, 2 given.", "0:1"
        ),
        Fault("/data/name", "type", "Must be text.", "symbol"),
        Fault(
            "/data/nite",
            "unknown",
            "Is not known here. Known are: name, note.",
            ["name", "note"],
        ),
    ],
)
FAULTY_AMEX_REFUSED = faulty("resource", [Fault("/data/value", "type", "Must be text.", "symbol")])
FAILING_PATCH_REFUSED = faulty(
    "patch", [Fault("/0/path", "test", "The test failed: it has another value.")]
)
LAST_ONE_REFUSED = faulty(
    "resource",
    [
        Fault(
            "/contained/alternativePaymentMethods",
            "cardinality",
            "At least 1 required, 0 given.",
            "1:*",
            scope="root",
        )
    ],
)
_SHARED = "Several resources have this identifier: use an id."
SHARED_IDENTIFIER_REFUSED = Refused(
    ErrorType.FAILED_PRECONDITION,
    _SHARED,
    [Fault("", "identifier", _SHARED, ["jane-roe", "john-doe"], ErrorType.FAILED_PRECONDITION)],
)


def exists_already(what: str) -> Refused:
    message = f"This {what} exists already."
    fault = Fault("/id", "unique", message, type=ErrorType.ALREADY_EXISTS)
    return Refused(ErrorType.ALREADY_EXISTS, message, [fault])


NONCONFORMING_PAGE: Json = {
    "data": [
        {
            "id": "john-doe",
            "type": "provider",
            "version": 1,
            "faults": [missing_member("/data/email").as_json()],
        }
    ],
    "meta": {
        "perPage": 100,
        "state": "ready",
        "computedAt": TIME,
        "contractVersion": 5,
        "checked": 1,
        "total": 1,
    },
}
