"""The faults of a bundle: those of all its operations at once, each with its operation."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple

from jsonpointer import resolve_pointer
from msgspec import Struct

from ingestion.folding import refusal
from ingestion.operations import Operation, Target
from ingestion.records import Receipt
from ingestion.writing import undone
from profiles.contract import Contract
from profiles.exact import Document, Json
from profiles.faults import ErrorType, Fault, Refused, faulty
from profiles.names import is_id, is_token
from relationships.contract import definitions_of
from relationships.ends import End, read_relationship_id


class Placed(Struct, frozen=True):
    """An operation, and where in the bundle it stood."""

    operations: str
    """The name of the list."""
    index: int
    operation: Operation
    text: None = None
    """Is not kept."""


class _Named(NamedTuple):
    """What an operation is about: a resource by its id, a relationship by its ends."""

    target: Target
    collection: str
    ids: tuple[str, ...]


def bundle_faults(
    contract: Contract, found: Sequence[Sequence[Fault]], receipts: Sequence[Receipt]
) -> list[list[Fault]]:
    """The faults of each operation: those `found` before, and those of its receipt."""
    named = [_named(contract, receipt.operation) for receipt in receipts]
    refused = {
        End(name.collection, name.ids[0])
        for name, receipt in zip(named, receipts, strict=True)
        if name and name.target is Target.RESOURCE and _is_refused(receipt)
    }
    seen: set[_Named] = set()
    faults = []
    for name, before, receipt in zip(named, found, receipts, strict=True):
        own = [*before, *_second(name, seen)]
        places = {fault.path for fault in own}
        own += [fault for fault in _told_by(receipt) if fault.path not in places]
        faults.append([fault for fault in own if not _follows(fault, receipt, refused)])
    return faults


def refused_receipts(
    receipts: Sequence[Receipt], faults: Sequence[Sequence[Fault]]
) -> list[Receipt]:
    """What became of the operations of a bundle in which there are faults: nothing."""
    return [
        refusal(receipt.operation, receipt.id, faulty("operation", own)) if own else undone(receipt)
        for receipt, own in zip(receipts, faults, strict=True)
    ]


def refused_bundle(sent: Iterable[Placed], faults: Iterable[Iterable[Fault]]) -> Refused:
    """The refusal. Its address was found, so it is no 404, whatever an operation did not find."""
    all_faults = [
        replace(fault, index=placed.index, operations=placed.operations)
        for placed, own in zip(sent, faults, strict=True)
        for fault in own
    ]
    refused = faulty("bundle", all_faults)
    if refused.type is ErrorType.NOT_FOUND:
        return Refused(ErrorType.FAILED_PRECONDITION, refused.message, all_faults)
    return refused


def _named(contract: Contract, operation: Operation) -> _Named | None:
    """None for what names nothing, or nothing that there can be."""
    sent = operation.payload.get("id")
    id: Json = operation.id if sent is None else sent.value
    if operation.target is Target.RESOURCE:
        return _Named(operation.target, operation.collection, (id,)) if is_id(id) else None
    ids = _ends(contract, operation, id)
    return _Named(operation.target, operation.collection, ids) if len(ids) == 2 else None


def _ends(contract: Contract, operation: Operation, id: Json) -> tuple[str, ...]:
    definitions = definitions_of(contract)
    if operation.collection not in definitions:
        return ()
    if not isinstance(id, str):
        ends = [_end_id(operation.payload.get(side)) for side in ("from", "to")]
        return tuple(end for end in ends if is_id(end))
    definition = definitions.get(operation.collection)
    types = (definition.from_side.profile_key, definition.to_side.profile_key)
    return read_relationship_id(id, *types) or ()


def _end_id(end: Document | None) -> Json:
    return end.value.get("id") if end is not None and isinstance(end.value, dict) else None


def _is_refused(receipt: Receipt) -> bool:
    return receipt.refused is not None and not receipt.is_undone


def _second(name: _Named | None, seen: set[_Named]) -> Iterator[Fault]:
    if name in seen:
        message = "Another operation of the bundle is about the same record."
        yield Fault("/id", "unique", message)
    if name is not None:
        seen.add(name)


def _told_by(receipt: Receipt) -> Iterator[Fault]:
    """The faults of a refused operation, and of a token in it that stands for nothing."""
    refused = receipt.refused
    if refused is None or receipt.is_undone:
        return
    if not refused.faults:
        yield Fault("", "exists", refused.message, type=refused.type)
    sent = {member: part.value for member, part in receipt.operation.payload.items()}
    for fault in refused.faults:
        if is_token(resolve_pointer(sent, fault.path, None)):
            message = "No CREATE of this bundle gives its resource this token as id."
            yield Fault(fault.path, "token", message)
        else:
            yield fault


def _follows(fault: Fault, receipt: Receipt, refused: Collection[End]) -> bool:
    """Whether an end is missed only since the operation that makes it was refused."""
    side = {"/from/id": "from", "/to/id": "to"}.get(fault.path)
    if fault.rule != "exists" or side is None:
        return False
    end = receipt.operation.payload.get(side)
    return end is not None and End(end.value["type"], end.value["id"]) in refused
