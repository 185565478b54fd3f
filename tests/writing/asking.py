"""Operations in few words, the one function that carries them out, and what it said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from ingestion.bodies.members import read_payload
from ingestion.edits.patches import read_patch
from ingestion.models import Resource
from ingestion.operations import Action, Operation, Target
from ingestion.records import Receipt, etag_of
from ingestion.writing import write
from profiles.definitions import Definitions
from profiles.exact import Json, encode
from profiles.faults import Refused
from profiles.models import Source
from profiles.preconditions import NONE, Preconditions
from relationships.definitions import relationship_definitions
from relationships.models import Relationship
from tests.factories import ACTOR


def create(type: str, id: str | None, data: Json = None, **members: Json) -> Operation:
    payload = _payload(data, members if id is None else {"id": id, **members})
    return Operation(Action.CREATE, Target.RESOURCE, type, None, payload)


def put(type: str, id: str, data: Json = None, **members: Json) -> Operation:
    return Operation(Action.UPSERT, Target.RESOURCE, type, id, _payload(data, members))


def patch(type: str, id: str, change: Json) -> Operation:
    """`change` is a JSON Patch or a merge patch."""
    edit = read_patch(encode(change), "application/json")
    return Operation(Action.UPDATE, Target.RESOURCE, type, id, edit=edit)


def delete(type: str, id: str) -> Operation:
    return Operation(Action.DELETE, Target.RESOURCE, type, id)


def link(definition: str, ends: str, data: Json = None) -> Operation:
    """`ends` are `<from id>.<to id>`."""
    payload = _payload(data, {})
    return Operation(Action.CREATE, Target.RELATIONSHIP, definition, ends, payload)


def put_link(definition: str, ends: str, data: Json = None) -> Operation:
    return replace(link(definition, ends, data), action=Action.UPSERT)


def patch_link(definition: str, ends: str, change: Json) -> Operation:
    return replace(patch(definition, ends, change), target=Target.RELATIONSHIP)


def unlink(definition: str, ends: str) -> Operation:
    return Operation(Action.DELETE, Target.RELATIONSHIP, definition, ends)


def if_match(operation: Operation, etag: str) -> Operation:
    return replace(operation, preconditions=Preconditions(if_match=(etag,)))


def ask(source: Source, *operations: Operation, **options: Any) -> Sequence[Receipt]:
    return write(source.key, operations, actor=ACTOR, **options).receipts


def said(receipt: Receipt) -> str:
    """The outcome, or the status and the faults of a refusal."""
    if receipt.refused is None:
        return receipt.outcome.value
    return _refusal(receipt.refused)


def _refusal(refused: Refused) -> str:
    faults = [f"{fault.path} {fault.rule}" for fault in refused.faults]
    return " ".join([str(refused.status), *faults])


def answers(source: Source, *operations: Operation, **options: Any) -> list[str]:
    return [said(receipt) for receipt in ask(source, *operations, **options)]


def answer(source: Source, operation: Operation) -> str:
    return answers(source, operation)[0]


def resource(source: Source, type: str, id: str) -> Resource:
    found: Resource = Resource.objects.get(source=source, profile__key=type, public_id=id)
    return found


def relationships(source: Source, definition: str) -> list[str]:
    rows = Relationship.objects.filter(source=source, definition__key=definition)
    return [f"{row.from_public_id}.{row.to_public_id}" for row in rows.order_by("created_at")]


def etag(row: Resource | Relationship) -> str:
    return etag_of(row.id, row.version)


def define_link(
    source: Source, key: str, from_side: str = "0:*", to_side: str = "0:*", to: str = "office"
) -> str:
    """Say how many partners one resource of each side may have."""
    body: Json = {
        "from": {"profileKey": "provider", "includeKey": f"{key}-to"},
        "to": {"profileKey": to, "includeKey": f"{key}-from"},
        "properties": {"note": {"type": "symbol"}},
    }
    for side, cardinality in (("from", from_side), ("to", to_side)):
        body[side]["includeCardinality"] = cardinality
    return save(relationship_definitions, source, key, body)


def save(
    definitions: Definitions[Any],
    source: Source,
    key: str,
    body: Json,
    preconditions: Preconditions = NONE,
) -> str:
    """The outcome, or the status of a refusal."""
    try:
        saved = definitions.save(source.key, key, body, actor=ACTOR, preconditions=preconditions)
    except Refused as refused:
        return _refusal(refused)
    return saved.outcome.value


def retire(definitions: Definitions[Any], source: Source, key: str) -> str:
    try:
        definitions.retire(source.key, key, actor=ACTOR)
    except Refused as refused:
        return _refusal(refused)
    return "RETIRED"


def make(source: Source, providers: int = 0, offices: int = 0) -> None:
    """Providers `p0`, `p1`, … and offices `o0`, `o1`, …"""
    ask(
        source,
        *(create("provider", f"p{number}") for number in range(providers)),
        *(create("office", f"o{number}") for number in range(offices)),
    )


def _payload(data: Json, members: Mapping[str, Json]) -> Any:
    return read_payload(encode({"data": data or {}, **members}))
