"""What every contestant stores: the provider of the seed, with a few more properties."""

from __future__ import annotations

from typing import Any

FIRST_NUMBER = 1_000_000
CITIES = 200

PROPERTIES: dict[str, Any] = {
    "name": {"type": "string"},
    "practiceNumber": {"type": "integer"},
    "specialities": {"type": "array", "items": {"type": "string"}},
    "note": {"type": "string"},
    "city": {"type": "string"},
    "active": {"type": "boolean"},
}

PROFILE: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol"},
        "practiceNumber": {"type": "integer"},
        "specialities": {"type": "array", "items": {"type": "symbol"}},
        "note": {"type": "symbol"},
        "city": {"type": "symbol"},
        "active": {"type": "boolean"},
    }
}

DEFINITION: dict[str, Any] = {
    "from": {"profileKey": "provider", "includeKey": "refersTo", "includeCardinality": "0:*"},
    "to": {"profileKey": "provider", "includeKey": "referredBy", "includeCardinality": "0:*"},
}


def provider(number: int) -> dict[str, Any]:
    """A record of about 300 bytes."""
    return {
        "name": f"Provider {number}",
        "practiceNumber": FIRST_NUMBER + number,
        "specialities": ["Pharmacist", "Family medicine", "Palliative care"][: number % 3 + 1],
        "note": "Sees patients on weekdays; walk-ins before noon. " * 3,
        "city": f"City {number % CITIES}",
        "active": number % 7 != 0,
    }
