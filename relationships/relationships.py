"""Relationships, as the write path knows them: their ends exist, and a single place is free."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from uuid import UUID

from ingestion import resource_rows
from ingestion.bodies.members import unknown_members
from ingestion.bodies.meta import read_meta
from ingestion.bodies.normalising import normalise
from ingestion.kinds import Draft, Prepared, Table, Times
from ingestion.operations import Action, Operation, Payload, Target
from ingestion.records import EMPTY_OBJECT, Record, RecordKey
from profiles.contract import Contract
from profiles.exact import Document, Json
from profiles.faults import (
    ErrorType,
    Fault,
    faulty,
    missing_member,
    not_found,
    pointer,
    unlike_path,
)
from profiles.names import is_id
from relationships import relationship_rows
from relationships.blocking import linked_ones
from relationships.contract import CompiledDefinition, Side, definitions_of
from relationships.ends import End, Ends, Slot, read_relationship_id, relationship_id

MEMBERS = ("id", "type", "from", "to", "data", "meta")


@dataclass(slots=True)
class HeldRelationships:
    """The relationships of a batch, their ends, and who sits in the single places of these."""

    contract: Contract
    records: dict[RecordKey, Record] = field(default_factory=dict)
    ends: dict[End, UUID] = field(default_factory=dict)
    occupied: set[Slot] = field(default_factory=set)

    def admit(self, key: RecordKey, record: Record) -> None:
        faults = []
        for name, side, end in self._sides(key):
            resource = self.ends.get(end)
            if resource is None:
                faults.append(_no_such_end(name, end))
            elif side.is_single and Slot(key.collection, name, resource) in self.occupied:
                faults.append(_place_taken(name, side))
        if faults:
            raise faulty("relationship", faults)
        self.occupied |= set(self.slots(key))

    def release(self, key: RecordKey) -> None:
        self.occupied -= set(self.slots(key))
        del self.records[key]

    def slots(self, key: RecordKey) -> Iterator[Slot]:
        """The single places that a relationship takes."""
        for name, side, end in self._sides(key):
            if side.is_single and end in self.ends:
                yield Slot(key.collection, name, self.ends[end])

    def _sides(self, key: RecordKey) -> Iterator[tuple[Literal["from", "to"], Side, End]]:
        definition = definitions_of(self.contract).get(key.collection)
        ends = ends_of(definition, key.public_id)
        yield "from", definition.from_side, End(definition.from_side.profile_key, ends.from_id)
        yield "to", definition.to_side, End(definition.to_side.profile_key, ends.to_id)


class Relationships:
    """The kind of record that links two resources."""

    target = Target.RELATIONSHIP
    table = Table(
        "relationships_relationship",
        "definition_id",
        ("from_public_id", "to_public_id"),
        "'{}'::jsonb",
    )

    def is_meant(self, contract: Contract, payload: Payload) -> bool:
        if "from" in payload or "to" in payload:
            return True
        key = payload["type"].value
        return self.knows(contract, key) and key not in contract.profiles

    def knows(self, contract: Contract, collection: str) -> bool:
        return collection in definitions_of(contract)

    def prepare(self, contract: Contract, operation: Operation) -> Prepared:
        definition = definitions_of(contract).get(operation.collection)
        faults = unknown_members(operation.payload, MEMBERS)
        ends = _ends(definition, operation, faults)
        draft = None
        if operation.action in (Action.CREATE, Action.UPSERT):
            draft = _draft(definition, operation.payload, faults)
        if ends is None:
            raise faulty("relationship", faults)
        return Prepared(operation, RecordKey(definition.key, id_of(definition, ends)), draft)

    def document(self, record: Record) -> Json:
        return {
            "data": Document.read(record.data.text).value,
            "meta": {"identifier": Document.read(record.identifiers.text).value},
        }

    def revise(self, contract: Contract, key: RecordKey, document: Json) -> Draft:
        payload = {"data": Document.of(document["data"]), "meta": Document.of(document["meta"])}
        return _draft(definitions_of(contract).get(key.collection), payload, [])

    def hold(self, contract: Contract, prepared: Sequence[Prepared]) -> HeldRelationships:
        held = HeldRelationships(contract)
        linking = [item for item in prepared if item.draft is not None]
        single, shared = _ends_by_lock(contract, linking)
        held.ends = relationship_rows.lock_ends(contract, single, shared)
        deletes = any(item.action is Action.DELETE for item in prepared)
        keys = {item.key for item in prepared}
        held.records = relationship_rows.lock(contract, keys, deletes) if keys else {}
        wanted = {slot for item in linking for slot in held.slots(item.key)}
        held.occupied = relationship_rows.occupied(contract, wanted) if wanted else set()
        return held

    def came_since(
        self,
        contract: Contract,
        hold: HeldRelationships,
        refused: Sequence[Prepared],
        found: Collection[RecordKey],
    ) -> bool:
        linking = [item for item in refused if item.draft is not None]
        ends = set().union(*_ends_by_lock(contract, linking)) - hold.ends.keys()
        if ends and resource_rows.is_any_there(contract, [RecordKey(*end) for end in ends]):
            return True
        missed = {item.key for item in refused}.difference(found)
        return bool(missed) and relationship_rows.is_any_there(contract, missed)

    def claim(
        self, contract: Contract, hold: HeldRelationships, records: Collection[Record]
    ) -> None:
        relationship_rows.insert(contract, hold.ends, records, take_places=False)
        self.delete(contract, records)

    def insert(
        self, contract: Contract, hold: HeldRelationships, records: Collection[Record]
    ) -> Times:
        return relationship_rows.insert(contract, hold.ends, records, take_places=True)

    def update(self, contract: Contract, records: Collection[Record]) -> Times:
        return relationship_rows.update(contract, records)

    def delete(self, contract: Contract, records: Collection[Record]) -> None:
        relationship_rows.delete(contract, records)

    def going_along(
        self, contract: Contract, deleted: Sequence[Record]
    ) -> Mapping[UUID, Sequence[Record]]:
        return relationship_rows.lock_links_of(contract, [record.row_id for record in deleted])

    def hung_on(self, contract: Contract, records: Collection[UUID]) -> Collection[UUID]:
        return linked_ones(contract, records)


def id_of(definition: CompiledDefinition, ends: Ends) -> str:
    return relationship_id(definition.from_side.profile_key, definition.to_side.profile_key, ends)


def ends_of(definition: CompiledDefinition, id: str) -> Ends:
    """The ends that an id names. Raises NOT_FOUND for what is no id of this definition."""
    sides = (definition.from_side.profile_key, definition.to_side.profile_key)
    ends = read_relationship_id(id, *sides)
    if ends is None:
        raise not_found("relationship")
    return ends


def _ends(definition: CompiledDefinition, operation: Operation, faults: list[Fault]) -> Ends | None:
    """The ends that path and body name, which agree; None with a fault where there are none."""
    addressed = _addressed_ends(definition, operation, faults)
    if addressed is None and operation.id is not None:
        return None
    if (sent_type := operation.payload.get("type")) and sent_type.value != definition.key:
        faults.append(unlike_path("/type", definition.key))
    sent_id = operation.payload.get("id")
    if sent_id is not None and sent_id.value != operation.id:
        sent = _sent_ends(definition, sent_id.value, faults)
        if addressed is not None and sent not in (addressed, None):
            faults.append(unlike_path("/id", id_of(definition, addressed)))
        addressed = addressed or sent
    if operation.action in (Action.UPDATE, Action.DELETE) and addressed is not None:
        return addressed
    from_id = _end_id("from", definition.from_side, operation, addressed and addressed[0], faults)
    to_id = _end_id("to", definition.to_side, operation, addressed and addressed[1], faults)
    return None if from_id is None or to_id is None else Ends(from_id, to_id)


def _addressed_ends(
    definition: CompiledDefinition, operation: Operation, faults: list[Fault]
) -> Ends | None:
    """Those that the path names. What is no id is not there; who would make it has made a fault."""
    if operation.id is None:
        return None
    if operation.action is Action.UPSERT:
        return _sent_ends(definition, operation.id, faults)
    return ends_of(definition, operation.id)


def _sent_ends(definition: CompiledDefinition, id: Json, faults: list[Fault]) -> Ends | None:
    sides = (definition.from_side.profile_key, definition.to_side.profile_key)
    ends = read_relationship_id(id, *sides) if isinstance(id, str) else None
    if ends is None:
        form = f"{sides[0]}.<id>,{sides[1]}.<id>"
        faults.append(Fault("/id", "id", "Must be an id of this definition.", expected=form))
    return ends


def _end_id(
    name: str, side: Side, operation: Operation, addressed: str | None, faults: list[Fault]
) -> str | None:
    sent = operation.payload.get(name)
    if sent is None:
        if addressed is None:
            faults.append(missing_member(pointer(name)))
        return addressed
    end = sent.value
    if not isinstance(end, dict):
        faults.append(Fault(pointer(name), "type", "Must be an object with id and type."))
        return addressed
    faults += [fault.under(pointer(name)) for fault in _end_faults(side, end, addressed)]
    return end["id"] if is_id(end.get("id")) else addressed


def _end_faults(side: Side, end: Mapping[str, Json], addressed: str | None) -> Iterator[Fault]:
    yield from unknown_members(end, ("id", "type"))
    id, type = end.get("id"), end.get("type")
    if not is_id(id):
        yield Fault("/id", "id", "Must be the id of a resource.")
    elif addressed is not None and id != addressed:
        yield Fault("/id", "place", "Must agree with the relationship's id.", expected=addressed)
    if type != side.profile_key:
        message = f"Must be {side.profile_key}, as the definition says."
        yield Fault("/type", "type", message, expected=side.profile_key)


def _draft(
    definition: CompiledDefinition, payload: Mapping[str, Document], faults: list[Fault]
) -> Draft:
    """What was sent, normalised and judged. Raises `Refused` with every fault."""
    data = normalise(payload.get("data", EMPTY_OBJECT))
    faults += definition.validator.faults({"data": data.value})
    meta, meta_faults = read_meta(payload.get("meta"), datetime.now(UTC))
    if found := faults + meta_faults:
        raise faulty("relationship", found)
    return Draft(data, EMPTY_OBJECT, meta.identifiers, meta.created_at, meta.updated_at)


def _ends_by_lock(contract: Contract, linking: Sequence[Prepared]) -> tuple[set[End], set[End]]:
    """The ends that may have one partner only, and the others."""
    single: set[End] = set()
    shared: set[End] = set()
    for item in linking:
        definition = definitions_of(contract).get(item.key.collection)
        ends = ends_of(definition, item.key.public_id)
        sides = (definition.from_side, definition.to_side)
        for side, id in zip(sides, ends, strict=True):
            chosen = single if side.is_single else shared
            chosen.add(End(side.profile_key, id))
    return single, shared - single


def _no_such_end(name: str, end: End) -> Fault:
    message = f"There is no such {end.type}."
    return Fault(pointer(name, "id"), "exists", message, type=ErrorType.FAILED_PRECONDITION)


def _place_taken(name: str, side: Side) -> Fault:
    return Fault(
        pointer(name, "id"),
        "cardinality",
        f"This {side.profile_key} has its one {side.include_key} already.",
        expected=side.cardinality.value,
        type=ErrorType.FAILED_PRECONDITION,
    )
