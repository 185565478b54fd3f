"""The write path: the one function through which every writer goes.

Operations in, receipts out, set-based: the number of SQL statements does not depend on the number
of operations. Rows are locked, operations folded in memory, final states written once, one change
for each operation that had an effect. The database's constraints are the backstop: where a
parallel writer came between, the batch is done again. So it is where nothing was found to change or
to link to, and now there is something: no constraint would tell.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, transaction

from ingestion.cascade import Along, delete_along
from ingestion.folding import Folded, fold, refusal
from ingestion.history import record_changes
from ingestion.kinds import Hold, Kind, Prepared, Times, kinds
from ingestion.operations import Operation
from ingestion.records import Outcome, Receipt, Record, RecordKey, Step, new_row_id
from ingestion.sql import expect_many
from ingestion.withholding import Seen, withheld
from profiles.contract import Contract, hold_contract, hold_contract_exclusively
from profiles.faults import ErrorType, Refused

ATTEMPTS = 10
ATTEMPTS_BESIDE_OTHERS = 3
"""After so many a batch is done alone: a deadlock costs a second, and may come again and again."""
MANY = 250
"""From so many operations on it pays to tell the planner."""
CONFLICTS = frozenset(
    {
        "23503",  # foreign_key_violation: an end was deleted in between
        "23505",  # unique_violation: a parallel writer made the same id, or took the same slot
        "40P01",  # deadlock_detected
        "40001",  # serialization_failure
    }
)


@dataclass(frozen=True, slots=True)
class Written:
    """What became of a batch: a receipt for each operation, in their order."""

    task_id: str
    contract: Contract
    """The one that the operations were checked against."""
    receipts: Sequence[Receipt]


InTransaction = Callable[[Contract, Sequence[Receipt]], None]


@dataclass(frozen=True, slots=True)
class _Terms:
    """What holds for a batch as a whole. `write` tells what each means."""

    actor: str
    task_id: str
    reason: str
    all_or_nothing: bool
    is_plan: bool
    is_trial: bool
    seen: Seen
    also: InTransaction | None


class _Overtaken(Exception):
    """What was missing when rows were locked is there now: the batch is done again."""


class _Undone(Exception):
    """All or nothing was asked, and an operation was refused: the transaction is rolled back."""


class _Tried(Exception):
    """It was a trial: what was written is taken back."""


def write(
    source_key: str,
    operations: Sequence[Operation],
    *,
    actor: str,
    task_id: str = "",
    reason: str = "",
    all_or_nothing: bool = False,
    is_plan: bool = False,
    is_trial: bool = False,
    seen: Seen | None = None,
    also: InTransaction | None = None,
) -> Written:
    """Carry out operations in order, resources before relationships.

    A refused operation takes no other with it unless `all_or_nothing`. `is_plan` writes nothing:
    the receipts tell what would be, of each kind as if the others stayed as they are. `is_trial`
    writes, and takes it back. Operations on a record that is not as it was `seen` are refused.
    `also` is called with the receipts at the end of the same transaction: with what it writes the
    batch is done, or neither is. An attempt that is done again calls it again.

    Raises `Refused` only for what concerns the whole batch: a source that is not there, or too
    many parallel writers.
    """
    task = task_id or f"s_{new_row_id().hex}"
    terms = _Terms(actor, task, reason, all_or_nothing, is_plan, is_trial, seen or {}, also)
    for attempt in range(ATTEMPTS):
        hold = hold_contract if attempt < ATTEMPTS_BESIDE_OTHERS else hold_contract_exclusively
        try:
            return _attempt(hold, source_key, operations, terms)
        except (DatabaseError, _Overtaken) as error:
            if not _is_conflict(error):
                raise
            time.sleep(random.uniform(0, 0.01 * attempt))  # noqa: S311  spreads the writers
    message = "Too many writers change the same records at once. Try again."
    raise Refused(ErrorType.RESOURCE_EXHAUSTED, message)


def _attempt(
    hold: Callable[[str], Contract],
    source_key: str,
    operations: Sequence[Operation],
    terms: _Terms,
) -> Written:
    receipts: dict[int, Receipt] = {}
    try:
        with transaction.atomic():
            contract = hold(source_key)
            if len(operations) >= MANY:
                expect_many()
            with _taken_back() if terms.is_trial else nullcontext():
                _carry_out_all(contract, operations, receipts, terms)
            if terms.all_or_nothing and any(receipt.refused for receipt in receipts.values()):
                raise _Undone
            if terms.also is not None:
                terms.also(contract, _in_order(receipts))
    except _Undone:
        receipts = {index: undone(receipt) for index, receipt in receipts.items()}
    return Written(terms.task_id, contract, _in_order(receipts))


@contextmanager
def _taken_back() -> Iterator[None]:
    """What is written in here is not written, and what it locks is free again."""
    with suppress(_Tried), transaction.atomic():
        yield
        raise _Tried


def _carry_out_all(
    contract: Contract,
    operations: Sequence[Operation],
    receipts: dict[int, Receipt],
    terms: _Terms,
) -> None:
    steps: list[Step] = []
    for kind in kinds():
        own = [(i, op) for i, op in enumerate(operations) if op.target is kind.target]
        if own:
            steps += _carry_out(kind, contract, own, receipts, terms)
    if steps and not terms.is_trial:
        record_changes(
            contract, steps, actor=terms.actor, task_id=terms.task_id, reason=terms.reason
        )


def _in_order(receipts: Mapping[int, Receipt]) -> list[Receipt]:
    return [receipts[index] for index in range(len(receipts))]


def _carry_out(
    kind: Kind[Any],
    contract: Contract,
    operations: Iterable[tuple[int, Operation]],
    receipts: dict[int, Receipt],
    terms: _Terms,
) -> list[Step]:
    """Do the operations of one kind; adds their receipts, answers what history has to keep."""
    prepared: dict[int, Prepared] = {}
    for index, operation in operations:
        try:
            prepared[index] = _prepare(kind, contract, operation)
        except Refused as refused:
            receipts[index] = refusal(operation, operation.id or "", refused)
    hold = kind.hold(contract, list(prepared.values()))
    initial = dict(hold.records)
    for index, why in withheld(
        kind, contract, prepared, initial, terms.seen, terms.task_id
    ).items():
        item = prepared.pop(index)
        receipts[index] = refusal(item.operation, item.key.public_id, why)
    folded = fold(kind, contract, prepared.values(), hold)
    in_vain = _in_vain(prepared, folded)
    if in_vain and kind.came_since(contract, hold, in_vain, initial.keys()):
        raise _Overtaken
    receipts.update(zip(prepared, folded.receipts, strict=True))
    if terms.is_plan:
        return []
    along = _write(kind, contract, initial, hold, folded.steps)
    for receipt in folded.receipts:
        if receipt.outcome is Outcome.DELETED and receipt.record is not None:
            receipt.deleted_relationships = along.count(receipt.record.row_id)
    return [*folded.steps, *along.steps]


def _prepare(kind: Kind[Any], contract: Contract, operation: Operation) -> Prepared:
    if operation.refused is not None:
        raise operation.refused
    return kind.prepare(contract, operation)


def _in_vain(prepared: Mapping[int, Prepared], folded: Folded) -> list[Prepared]:
    """The operations that were refused in view of the records that there are."""
    both = zip(prepared.values(), folded.receipts, strict=True)
    return [item for item, receipt in both if receipt.refused is not None]


def _write(
    kind: Kind[Any],
    contract: Contract,
    initial: Mapping[RecordKey, Record],
    hold: Hold,
    steps: Sequence[Step],
) -> Along:
    """From the initial to the final states, with as few statements as there are sorts of change."""
    final = hold.records
    there = {record.row_id for record in initial.values()}
    deleted = [record for record in _deleted(steps) if record.row_id in there]
    inserted = [record for record in final.values() if record.row_id not in there]
    updated = [
        record
        for key, record in final.items()
        if record.row_id in there and record is not initial[key]
    ]
    along = delete_along(kind, contract, deleted)
    if deleted:
        kind.delete(contract, deleted)
    if passing := _passing(initial, final, steps):
        kind.claim(contract, hold, passing)
    inserted_at = kind.insert(contract, hold, inserted) if inserted else {}
    updated_at = kind.update(contract, updated) if updated else {}
    _keep_times({**inserted_at, **updated_at}, [*inserted, *updated], steps)
    for step in steps:
        step.is_stored = step.after is not None and final.get(step.after.key) is step.after
    return along


def _deleted(steps: Iterable[Step]) -> Iterator[Record]:
    """In their order: what hangs on two goes along with the first, as it would one by one."""
    for step in steps:
        if step.before is not None and step.after is None:
            yield step.before


def _passing(
    initial: Mapping[RecordKey, Record], final: Mapping[RecordKey, Record], steps: Sequence[Step]
) -> list[Record]:
    """Records that came and went within the batch, the last one of each id."""
    last = {step.shown.key: step.shown for step in steps}
    return [record for key, record in last.items() if key not in initial and key not in final]


def _keep_times(times: Times, written: Iterable[Record], steps: Iterable[Step]) -> None:
    """Give the written records the times that the database gave their rows."""
    for record in written:
        record.created_at, record.updated_at = times[record.row_id]
    for record in (step.shown for step in steps):
        # A state that did not last has the times of the one that did.
        if record.updated_at is None and record.row_id in times:
            created_at, updated_at = times[record.row_id]
            record.created_at = record.created_at or created_at
            record.updated_at = updated_at


def undone(receipt: Receipt) -> Receipt:
    """What becomes of it where another operation of its batch is refused, and all or nothing."""
    if receipt.refused is not None:
        return receipt
    message = "Was not carried out, since another operation of the batch was refused."
    undone = Refused(ErrorType.FAILED_PRECONDITION, message)
    refused = refusal(receipt.operation, receipt.id, undone)
    refused.is_undone = True
    return refused


def _is_conflict(error: DatabaseError | _Overtaken) -> bool:
    return isinstance(error, _Overtaken) or getattr(error.__cause__, "sqlstate", None) in CONFLICTS
