"""The running example of the seed, as bodies for the API."""

from typing import Any

PROVIDER: dict[str, Any] = {
    "type": "ROOT",
    "properties": {
        "name": {"type": "symbol"},
        "practiceNumber": {"type": "integer"},
        "specialities": {"type": "array", "items": {"type": "symbol"}},
    },
}
PAYMENT_METHOD: dict[str, Any] = {"properties": {"value": {"type": "symbol"}}}
OFFICE: dict[str, Any] = {
    "type": "ROOT",
    "properties": {"name": {"type": "symbol"}, "note": {"type": "symbol"}},
    "contained": {
        "primaryPaymentMethod": {"types": ["paymentMethod"], "cardinality": "0:1"},
        "alternativePaymentMethods": {"types": ["paymentMethod"], "cardinality": "0:*"},
    },
}
PROVIDER_OFFICE: dict[str, Any] = {
    "from": {"profileKey": "provider", "includeKey": "worksAt", "includeCardinality": "0:*"},
    "to": {"profileKey": "office", "includeKey": "staff", "includeCardinality": "0:*"},
    "properties": {"effective": {"type": "period"}},
}
