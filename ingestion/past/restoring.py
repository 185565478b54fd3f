"""An old state becomes the newest one, by an operation like any other: as it was, or corrected.

A record that was deleted comes back with what went along with it, as far as that fits by now.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingestion.models import Change
from ingestion.operations import Action, Operation, Payload, Target
from ingestion.past.changes import PastRecord, last_change
from ingestion.past.documents import document
from ingestion.past.erased import erased, hold_unerased, refuse_erased
from ingestion.past.kinds import past_kinds
from ingestion.records import Receipt
from ingestion.single import WrittenOne, write_led
from profiles.exact import Document, Json
from profiles.preconditions import NONE, Preconditions
from profiles.times import time_text

THERE = ("*",)


@dataclass(frozen=True, slots=True)
class Restored:
    written: WrittenOne
    along: Sequence[Receipt]
    """What became of that which had gone along with the record."""


def restore(
    record: PastRecord,
    change: Change,
    preconditions: Preconditions,
    *,
    actor: str,
    reason: str,
    body: Payload | None = None,
) -> Restored:
    """`body` is what somebody made of the old state. Raises `Refused` as any write does.

    Whether the record is there is looked up before it is locked, so this is a precondition too.
    """
    refuse_erased(change)
    last = last_change(record)
    if last.action == Action.DELETE:
        own = replace(preconditions, must_be_new=True)
        gone = _gone_along(last)
        others = [_again(one, NONE, is_gone=True) for one in gone]
    else:
        own = replace(preconditions, if_match=preconditions.if_match or THERE)
        gone, others = [], []
    leader = _again(change, own, is_gone=last.action == Action.DELETE, body=body)
    used = [each for each in (change, *gone) if not each.is_erased]
    return _written(record, leader, others, used, actor=actor, reason=reason)


def write_another(
    record: PastRecord, change: Change, operation: Operation, *, actor: str, reason: str
) -> Restored:
    """A record of another id, made of an old state of this one. Raises `Refused`."""
    refuse_erased(change)
    return _written(record, operation, [], [change], actor=actor, reason=reason)


def _written(
    record: PastRecord,
    leader: Operation,
    others: Sequence[Operation],
    used: Sequence[Change],
    *,
    actor: str,
    reason: str,
) -> Restored:
    contract, ids = record.contract, [each.pk for each in used]
    written, along = write_led(
        contract.source_key,
        leader,
        others,
        actor=actor,
        reason=reason,
        also=lambda: hold_unerased(contract.source_id, ids),
    )
    return Restored(written, along)


def _gone_along(deletion: Change) -> list[Change]:
    others = (kind for kind in past_kinds.values() if kind.target != deletion.target)
    return [change for kind in others for change in kind.gone_along(deletion)]


def _again(
    change: Change, preconditions: Preconditions, *, is_gone: bool, body: Payload | None = None
) -> Operation:
    """The operation that makes a record what it was.

    One that is gone comes back with its old creation time; one that is there keeps its own.
    """
    was = {name: Document.of(member) for name, member in document(change).items()}
    payload = dict(was if body is None else body)
    if is_gone:
        aged = {**payload["meta"].value, "createdAt": time_text(change.created_at)}
        payload["meta"] = Document.of(aged)
    return Operation(
        Action.UPSERT,
        Target(change.target),
        change.collection,
        change.public_id,
        payload,
        preconditions=preconditions,
        refused=erased() if change.is_erased else None,
    )


def told_along(receipts: Sequence[Receipt]) -> dict[str, Json]:
    """What came back along with a record, and what could not."""
    back: list[Json] = []
    lost: list[Json] = []
    for one in receipts:
        name = {"type": one.operation.collection, "id": one.operation.id}
        if one.refused is None:
            back.append(name)
        else:
            lost.append({**name, "error": one.refused.as_json()})
    return {"restored": back, "notRestored": lost}
