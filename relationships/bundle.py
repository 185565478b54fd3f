"""A bundle: resources and relationships in one body, written all or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial

import msgspec
from django.db import transaction
from django.utils import timezone
from msgspec.structs import replace

from ingestion.bodies.envelopes import read_operation
from ingestion.bodies.members import read_payload, unknown_members
from ingestion.kinds import only
from ingestion.models import TaskChunk, TaskKind
from ingestion.operations import Target
from ingestion.records import Receipt, new_row_id
from ingestion.tasks.finished import keep_finished
from ingestion.writing import write
from profiles.contract import Contract, current_contract
from profiles.exact import Document
from profiles.faults import Fault, Refused, faulty, pointer
from relationships.bundle_faults import Placed, bundle_faults, refused_bundle, refused_receipts
from relationships.tokens import fill_tokens

LISTS = {
    "resourceOperations": Target.RESOURCE,
    "relationshipOperations": Target.RELATIONSHIP,
}
_places = {target: name for name, target in LISTS.items()}

_elements = msgspec.json.Decoder(list[msgspec.Raw])


class _Undone(Exception):
    """An operation is faulty: the transaction is rolled back."""

    def __init__(self, refused: Refused, receipts: Sequence[Receipt]) -> None:
        super().__init__(refused.message)
        self.refused = refused
        self.receipts = receipts


def write_bundle(source_key: str, body: bytes, *, actor: str, reason: str = "") -> TaskChunk:
    """Carry out the operations of a bundle; the receipts of its task.

    Raises `Refused` with the faults of all of them. Its task tells the same, without what was sent.
    """
    received_at = timezone.now()
    # Only tokens are filled in by this contract: the write path judges by the one that it holds.
    contract = current_contract(source_key)
    sent, found = fill_tokens(contract, list(read_bundle(contract, body)))
    id = new_row_id()
    carry_out = partial(
        write,
        source_key,
        [one.operation for one in sent],
        actor=actor,
        task_id=f"{TaskKind.BUNDLE.value}_{id.hex}",
        reason=reason,
        all_or_nothing=True,
    )
    keep = partial(
        keep_finished,
        contract.source_id,
        TaskKind.BUNDLE,
        sent,
        id=id,
        actor=actor,
        reason=reason,
        received_at=received_at,
    )
    try:
        with transaction.atomic():
            receipts = carry_out().receipts
            faults = bundle_faults(contract, found, receipts)
            if any(faults):
                raise _Undone(refused_bundle(sent, faults), refused_receipts(receipts, faults))
            return keep(receipts)
    except _Undone as undone:
        keep(undone.receipts)
        raise undone.refused from None


def read_bundle(contract: Contract, body: bytes) -> Iterator[Placed]:
    """The operations, resources first. Raises `Refused`."""
    lists = read_payload(body)
    faults = unknown_members(lists, [*LISTS])
    for name in LISTS:
        if name in lists and not isinstance(lists[name].value, list):
            faults.append(Fault(pointer(name), "type", "Must be a JSON array.", expected="array"))
    if faults:
        raise faulty("bundle", faults)
    for name, target in LISTS.items():
        target_of = only(contract, target, _places)
        for index, text in enumerate(_texts(lists.get(name))):
            # What could not be read is of the list that it stands in, too.
            operation = replace(read_operation(text, target_of), target=target)
            yield Placed(name, index, operation)


def _texts(operations: Document | None) -> Sequence[bytes]:
    return [] if operations is None else [bytes(raw) for raw in _elements.decode(operations.text)]
