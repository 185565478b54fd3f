"""A bundle: resources and relationships in one body, written all or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import msgspec
from django.db import transaction

from ingestion.envelopes import read_operation
from ingestion.operations import Operation, Target
from ingestion.payloads import read_payload, unknown_members
from ingestion.records import Receipt, new_row_id
from ingestion.writing import write
from profiles.contract import current_contract
from profiles.exact import Document
from profiles.faults import Fault, faulty, pointer
from relationships.bundle_faults import Place, bundle_faults, refused_bundle
from relationships.tokens import fill_tokens

LISTS = {
    "resourceOperations": Target.RESOURCE,
    "relationshipOperations": Target.RELATIONSHIP,
}

_elements = msgspec.json.Decoder(list[msgspec.Raw])


@dataclass(frozen=True, slots=True)
class WrittenBundle:
    task_id: str
    places: Sequence[Place]
    receipts: Sequence[Receipt]


def write_bundle(source_key: str, body: bytes, *, actor: str) -> WrittenBundle:
    """Carry out the operations of a bundle. Raises `Refused` with the faults of all of them."""
    # Only tokens are filled in by this contract: the write path judges by the one that it holds.
    contract = current_contract(source_key)
    places, sent = read_bundle(body)
    operations, faults_of_tokens = fill_tokens(contract, sent)
    task_id = f"bd_{new_row_id().hex}"
    with transaction.atomic():
        written = write(source_key, operations, actor=actor, task_id=task_id, all_or_nothing=True)
        faults = bundle_faults(contract, faults_of_tokens, written.receipts)
        if any(faults):
            raise refused_bundle(places, faults)
    return WrittenBundle(task_id, places, written.receipts)


def read_bundle(body: bytes) -> tuple[list[Place], list[Operation]]:
    """The operations, resources first, and where each stood. Raises `Refused`."""
    lists = read_payload(body)
    faults = unknown_members(lists, [*LISTS])
    for name in LISTS:
        if name in lists and not isinstance(lists[name].value, list):
            faults.append(Fault(pointer(name), "type", "Must be a JSON array.", expected="array"))
    if faults:
        raise faulty("bundle", faults)
    places, operations = [], []
    for name, target in LISTS.items():
        for index, text in enumerate(_texts(lists.get(name))):
            places.append(Place(name, index))
            operations.append(_read(text, target))
    return places, operations


def _texts(operations: Document | None) -> Sequence[bytes]:
    return [] if operations is None else [bytes(raw) for raw in _elements.decode(operations.text)]


def _read(text: bytes, target: Target) -> Operation:
    """What could not be read is of the list that it stands in, too."""
    return replace(read_operation(text, lambda _: target), target=target)
