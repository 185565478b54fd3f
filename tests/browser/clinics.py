"""A profile with every way in which inputs can be nested."""

from __future__ import annotations

from typing import Any

from ingestion.models import Resource
from profiles.models import Profile, Source
from tests.factories import ProfileFactory, ResourceFactory

PHONE = {"type": "object", "properties": {"number": {"type": "symbol"}}}
CONTACT = {
    "type": "object",
    "properties": {
        "name": {"type": "symbol"},
        "phones": {"type": "array", "items": PHONE},
    },
}
CLINIC: dict[str, Any] = {
    "type": "ROOT",
    "description": "A place where patients are seen.",
    "properties": {
        "name": {"type": "symbol", "rules": [{"required": True}]},
        "beds": {
            "type": "integer",
            "description": "Staffed ones.",
            "rules": [{"min": 0, "max": 5000}],
        },
        "rating": {"type": "decimal"},
        "opened": {"type": "date"},
        "kind": {"type": "code", "rules": [{"enum": ["public", "private"]}]},
        "isOpen": {"type": "boolean"},
        "about": {"type": "markdown"},
        "address": {"type": "address"},
        "tags": {"type": "array", "items": {"type": "symbol"}},
        "contacts": {"type": "array", "items": CONTACT},
    },
    "contained": {
        "rooms": {"types": ["room"], "cardinality": "0:*"},
        "garden": {"types": ["room"], "cardinality": "0:1"},
    },
}
ROOM: dict[str, Any] = {
    "type": "CONTAINED",
    "properties": {
        "name": {"type": "symbol"},
        "floor": {"type": "integer"},
        "since": {"type": "date"},
    },
    "contained": {"machines": {"types": ["machine"], "cardinality": "0:*"}},
}
MACHINE: dict[str, Any] = {"type": "CONTAINED", "properties": {"model": {"type": "symbol"}}}


def clinic_profile(source: Source) -> Profile:
    for key, body in (("machine", MACHINE), ("room", ROOM), ("clinic", CLINIC)):
        profile: Profile = ProfileFactory.create(source=source, key=key, body=body)
    return profile


def room(name: str, **data: Any) -> dict[str, Any]:
    return {"type": "room", "id": name.lower(), "data": {"name": name, **data}}


def a_clinic(profile: Profile, rooms: int = 2) -> Resource:
    """Two tags, a contact with a phone, rooms with a machine in the first, an identifier."""
    contained = [room(f"R{n}", floor=n) for n in range(rooms)]
    contained[0]["contained"] = {
        "machines": [{"type": "machine", "id": "m0", "data": {"model": "X-1"}}]
    }
    resource: Resource = ResourceFactory.create(
        profile=profile,
        id="south",
        data={
            "name": "South Clinic",
            "beds": 12,
            "opened": "2001-05",
            "tags": ["green", "quiet"],
            "contacts": [{"name": "Ada", "phones": [{"number": "555-1"}]}],
        },
        contained={"rooms": contained},
        meta={"identifier": [{"system": "urn:npi", "value": "123"}]},
    )
    return resource
