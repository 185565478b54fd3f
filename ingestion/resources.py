"""Resources, as the write path knows them: one row each, their contained resources inside it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from uuid import UUID

from ingestion import resource_rows
from ingestion.bodies.members import unknown_members
from ingestion.bodies.meta import read_meta
from ingestion.bodies.normalising import normalise, place_contained
from ingestion.bodies.references import fill_references
from ingestion.kinds import Draft, Prepared, Table, Times
from ingestion.operations import Action, Operation, Payload, Target
from ingestion.records import EMPTY_OBJECT, Record, RecordKey, new_row_id
from profiles.contract import CompiledProfile, Contract
from profiles.exact import Document, Json
from profiles.faults import Fault, faulty, not_found, unlike_path
from profiles.names import ID_RULE, ROOT_ID, is_id
from profiles.properties import ProfileType

MEMBERS = ("id", "type", "data", "contained", "meta")


@dataclass(slots=True)
class HeldResources:
    """Nothing stands in the way of a resource but another of its id."""

    records: dict[RecordKey, Record] = field(default_factory=dict)

    def admit(self, key: RecordKey, record: Record) -> None:
        pass

    def release(self, key: RecordKey) -> None:
        del self.records[key]


class Resources:
    """The kind of record that stands on its own."""

    target = Target.RESOURCE
    table = Table("ingestion_resource", "profile_id", ("public_id",))

    def is_meant(self, contract: Contract, payload: Payload) -> bool:
        return True

    def knows(self, contract: Contract, collection: str) -> bool:
        return collection in contract.profiles

    def prepare(self, contract: Contract, operation: Operation) -> Prepared:
        profile = root_profile(contract, operation.collection)
        named = _named_id(operation)
        is_sound = is_id(named)
        key = RecordKey(profile.key, named if is_sound else str(new_row_id()))
        if operation.action in (Action.UPDATE, Action.DELETE):
            if not is_sound:
                raise not_found("resource")
            return Prepared(operation, key)
        faults = unknown_members(operation.payload, MEMBERS)
        if named is not None and not is_sound:
            faults.append(_bad_id("/id"))
        faults += _address_faults(operation, key)
        draft = _draft(profile, key, operation.payload, faults)
        return Prepared(operation, key, draft, is_new_id=named is None)

    def document(self, record: Record) -> Json:
        return {
            "data": Document.read(record.data.text).value,
            "contained": Document.read(record.contained.text).value,
            "meta": {"identifier": Document.read(record.identifiers.text).value},
        }

    def revise(self, contract: Contract, key: RecordKey, document: Json) -> Draft:
        members = {
            "data": Document.of(document["data"]),
            "contained": Document.of(document["contained"]),
            "meta": Document.of(document["meta"]),
        }
        return _draft(root_profile(contract, key.collection), key, members, [])

    def hold(self, contract: Contract, prepared: Sequence[Prepared]) -> HeldResources:
        keys = {item.key for item in prepared if not item.is_new_id}
        deletes = any(item.action is Action.DELETE for item in prepared)
        return HeldResources(resource_rows.lock(contract, keys, deletes) if keys else {})

    def came_since(
        self,
        contract: Contract,
        hold: HeldResources,
        refused: Sequence[Prepared],
        found: Collection[RecordKey],
    ) -> bool:
        missed = {item.key for item in refused}.difference(found)
        return bool(missed) and resource_rows.is_any_there(contract, missed)

    def claim(self, contract: Contract, hold: HeldResources, records: Collection[Record]) -> None:
        resource_rows.insert(contract, records)
        resource_rows.delete(contract, records)

    def insert(self, contract: Contract, hold: HeldResources, records: Collection[Record]) -> Times:
        return resource_rows.insert(contract, records)

    def update(self, contract: Contract, records: Collection[Record]) -> Times:
        return resource_rows.update(contract, records)

    def delete(self, contract: Contract, records: Collection[Record]) -> None:
        resource_rows.delete(contract, records)

    def going_along(
        self, contract: Contract, deleted: Sequence[Record]
    ) -> Mapping[UUID, Sequence[Record]]:
        return {}

    def hung_on(self, contract: Contract, records: Collection[UUID]) -> Collection[UUID]:
        return ()


def root_profile(contract: Contract, key: str) -> CompiledProfile:
    """The profile of a type that has resources of its own. Raises NOT_FOUND."""
    profile = contract.profile(key)
    if profile.definition.type is not ProfileType.ROOT:
        raise not_found("type of resource: its profile is CONTAINED")
    return profile


def _named_id(operation: Operation) -> Json:
    """The id that the address or the body names; None where one is to be made."""
    if operation.id is not None:
        return operation.id
    sent = operation.payload.get("id")
    return None if sent is None or sent.value == ROOT_ID else sent.value


def _address_faults(operation: Operation, key: RecordKey) -> list[Fault]:
    """Where a body names what the address names too, they agree."""
    faults: list[Fault] = []
    for member, address in (("id", operation.id), ("type", key.collection)):
        sent = operation.payload.get(member)
        if sent is not None and address is not None and sent.value != address:
            faults.append(unlike_path(f"/{member}", address))
    return faults


def _bad_id(path: str) -> Fault:
    return Fault(path, "id", f"Must be an id: {ID_RULE}.")


def _draft(
    profile: CompiledProfile,
    key: RecordKey,
    payload: Mapping[str, Document],
    faults: list[Fault],
) -> Draft:
    """What was sent, normalised and judged. Raises `Refused` with every fault."""
    body = {
        member: normalise(document)
        for member, document in payload.items()
        if member in ("data", "contained")
    }
    body = fill_references(body, profile, {ROOT_ID: key.public_id})
    body["contained"], misplaced = place_contained(
        body.get("contained", EMPTY_OBJECT), f"{key.collection}/{key.public_id}"
    )
    faults += [fault.under("/contained") for fault in misplaced]
    faults += profile.validator.faults({name: part.value for name, part in body.items()})
    meta, meta_faults = read_meta(payload.get("meta"), datetime.now(UTC))
    if found := faults + meta_faults:
        raise faulty("resource", found)
    return Draft(
        body["data"], body["contained"], meta.identifiers, meta.created_at, meta.updated_at
    )
