"""What the demo's source says of its data: the running example of the documentation."""

from profiles.exact import Json

SOURCE = "clinic-network"
SOURCE_NAME = "Clinic network"

PROVIDER: Json = {
    "type": "ROOT",
    "description": "Somebody who gives care.",
    "properties": {
        "name": {"type": "symbol", "rules": [{"required": True, "min": 1}]},
        "practiceNumber": {"type": "integer", "rules": [{"min": 1}]},
        "specialities": {"type": "array", "items": {"type": "symbol"}},
    },
}

PAYMENT_METHOD: Json = {
    "type": "CONTAINED",
    "description": "How one can pay at an office.",
    "properties": {"value": {"type": "symbol", "rules": [{"required": True}]}},
}

OFFICE: Json = {
    "type": "ROOT",
    "description": "A place where care is given.",
    "properties": {
        "name": {"type": "symbol", "rules": [{"required": True, "min": 1}]},
        "note": {"type": "symbol"},
    },
    "contained": {
        "primaryPaymentMethod": {"types": ["paymentMethod"], "cardinality": "0:1"},
        "alternativePaymentMethods": {"types": ["paymentMethod"], "cardinality": "0:*"},
    },
}

PROVIDER_OFFICE: Json = {
    "from": {"profileKey": "provider", "includeKey": "worksAt", "includeCardinality": "0:*"},
    "to": {"profileKey": "office", "includeKey": "staff", "includeCardinality": "0:*"},
    "description": "A provider sees patients at an office.",
    "properties": {"effective": {"type": "period"}},
}

DEFINITIONS: Json = {
    "provider": PROVIDER,
    "paymentMethod": PAYMENT_METHOD,
    "office": OFFICE,
    "provider-office": PROVIDER_OFFICE,
}
