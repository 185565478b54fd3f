"""What a purge is asked for, and a preview of it."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.bodies.members import read_payload, unknown_members
from ingestion.operations import Target
from ingestion.records import new_row_id
from ingestion.search.registry import scope_makers
from ingestion.tasks.purging import Collection, count
from profiles.contract import Contract
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused, faulty
from relationships.contract import definitions_of
from relationships.models import Relationship

COLLECTION_TYPES = {"resources": Target.RESOURCE, "relationships": Target.RELATIONSHIP}
MEMBERS = ("collectionType", "collectionKey")


def read_collection(contract: Contract, body: bytes) -> Collection:
    """What a body names. Raises `Refused` with every fault, and where there is no such thing."""
    payload = read_payload(body)
    faults = unknown_members(payload, MEMBERS)
    type, key = (payload[name].value if name in payload else None for name in MEMBERS)
    target = COLLECTION_TYPES.get(type) if isinstance(type, str) else None
    if target is None:
        message = f"Must be one of: {', '.join(COLLECTION_TYPES)}."
        faults.append(Fault("/collectionType", "enum", message, list(COLLECTION_TYPES)))
    if not isinstance(key, str):
        faults.append(Fault("/collectionKey", "type", "Must be a key.", "string"))
    if faults:
        raise faulty("purge", faults)
    assert target is not None
    return _existing(contract, Collection(target, str(key)))


def _existing(contract: Contract, collection: Collection) -> Collection:
    try:
        scope_makers[collection.target](contract, collection.key)
    except Refused as refused:
        if refused.type is not ErrorType.NOT_FOUND:
            raise
        message = f"There are no {type_name(collection.target)} of this key."
        raise faulty("purge", [Fault("/collectionKey", "exists", message)]) from None
    return collection


def preview(contract: Contract, collection: Collection) -> Mapping[str, int]:
    """How many resources and relationships would go, as of now."""
    own = count(contract, collection, new_row_id())
    if collection.target is Target.RELATIONSHIP:
        return {"resources": 0, "relationships": own}
    along = [
        definition.id
        for definition in definitions_of(contract).all
        if collection.key in (definition.from_side.profile_key, definition.to_side.profile_key)
    ]
    links = Relationship.objects.filter(source_id=contract.source_id, definition_id__in=along)
    return {"resources": own, "relationships": links.count()}


def told(collection: Collection) -> Mapping[str, Json]:
    """As it was asked for."""
    type = type_name(collection.target)
    return {"collectionType": type, "collectionKey": collection.key}


def type_name(target: Target) -> str:
    return next(name for name, each in COLLECTION_TYPES.items() if each is target)
