"""Tokens of a bundle: `@rootId1` in place of the id that a resource of the bundle will get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from ingestion.bodies.references import Ids, fill_properties, fill_references
from ingestion.operations import Action, Operation, Payload, Target
from ingestion.records import new_row_id
from profiles.contract import Contract
from profiles.exact import Document
from profiles.faults import Fault
from profiles.names import is_token
from relationships.bundle_faults import Placed
from relationships.contract import definitions_of

BODY = ("data", "contained")


def fill_tokens(
    contract: Contract, sent: Sequence[Placed]
) -> tuple[list[Placed], list[list[Fault]]]:
    """The operations with ids in place of tokens, and the faults of each.

    A token that stands for nothing is left, since the write path takes it for no id.
    """
    ids: dict[str, str] = {}
    faults: list[list[Fault]] = []
    declared = []
    for placed in sent:
        token = _declared(placed.operation)
        faults.append([_declared_twice()] if token in ids else [])
        operation = _with_id(placed.operation, ids) if token else placed.operation
        declared.append(replace(placed, operation=operation))
    if not ids:
        return declared, faults
    return [
        replace(placed, operation=_filled(contract, placed.operation, ids)) for placed in declared
    ], faults


def _declared(operation: Operation) -> str | None:
    """The token that an operation gives its resource."""
    is_create = operation.action is Action.CREATE and operation.target is Target.RESOURCE
    sent = operation.payload.get("id") if is_create else None
    return sent.value if sent is not None and is_token(sent.value) else None


def _declared_twice() -> Fault:
    message = "Another operation of the bundle gives its resource this token."
    return Fault("/id", "unique", message)


def _with_id(operation: Operation, ids: dict[str, str]) -> Operation:
    """With an id of its own, though another may have taken the token."""
    made = str(new_row_id())
    ids.setdefault(operation.payload["id"].value, made)
    return replace(operation, payload={**operation.payload, "id": Document.of(made)})


def _filled(contract: Contract, operation: Operation, ids: Ids) -> Operation:
    if operation.target is Target.RESOURCE:
        filled = _filled_resource(contract, operation, ids)
    else:
        filled = _filled_relationship(contract, operation, ids)
    return replace(operation, payload={**operation.payload, **filled}) if filled else operation


def _filled_resource(contract: Contract, operation: Operation, ids: Ids) -> Payload:
    profile = contract.profiles.get(operation.collection)
    body = {member: part for member, part in operation.payload.items() if member in BODY}
    return fill_references(body, profile, ids) if profile is not None else {}


def _filled_relationship(contract: Contract, operation: Operation, ids: Ids) -> Payload:
    payload, definitions = operation.payload, definitions_of(contract)
    filled = {side: _end(payload[side], ids) for side in ("from", "to") if side in payload}
    if operation.collection in definitions and "data" in payload:
        properties = definitions.get(operation.collection).properties
        filled["data"] = fill_properties(payload["data"], properties, ids)
    return filled


def _end(end: Document, ids: Mapping[str, str]) -> Document:
    sent = end.value.get("id") if isinstance(end.value, dict) else None
    if not isinstance(sent, str) or sent not in ids:
        return end
    return Document.of({**end.value, "id": ids[sent]})
