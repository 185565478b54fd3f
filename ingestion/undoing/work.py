"""The work of a task that undoes another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from http import HTTPStatus
from itertools import islice
from uuid import UUID

from ingestion.models import Task, TaskMode, TaskShare, UndoneRecord
from ingestion.operations import Operation, Target
from ingestion.past.erased import hold_unerased
from ingestion.past.kinds import Named, past_kinds
from ingestion.records import Receipt, RecordKey
from ingestion.sql import columns, run
from ingestion.tasks.plain_work import PlainWork
from ingestion.tasks.reading import SentOperation
from ingestion.undoing.listing import list_records
from ingestion.undoing.operations import operations_from, operations_on
from ingestion.undoing.refusals import reason_of
from ingestion.withholding import Seen
from ingestion.writing import InTransaction, write
from profiles.contract import Contract, current_contract
from profiles.faults import Refused


class Undo(PlainWork):
    """Rejects would be copies of records, and are none that anybody has sent."""

    keeps_rejects = False

    def total(self, contract: Contract, task: Task) -> int:
        return list_records(task)

    def operations(
        self, contract: Contract, task: Task, share: TaskShare, shares: int
    ) -> Iterator[SentOperation]:
        assert shares == 1, "the order of the records matters"
        return operations_from(contract, task, share.position)

    def write(
        self, task: Task, chunk: Sequence[SentOperation], seen: Seen, also: InTransaction
    ) -> Sequence[Receipt]:
        def at_its_end(contract: Contract, receipts: Sequence[Receipt]) -> None:
            also(contract, receipts)
            _note_conflicts(task, chunk, receipts)
            hold_unerased(contract.source_id, _told_by(task, chunk))

        try:
            if task.mode == TaskMode.PLAN:
                return _foresee(task, chunk, at_its_end)
            return super().write(task, chunk, seen, at_its_end)
        except Refused as refused:
            if refused.status != HTTPStatus.GONE:
                raise
        return self.write(task, _read_again(task, chunk), seen, also)


def _told_by(task: Task, chunk: Sequence[SentOperation]) -> Sequence[UUID]:
    """The changes that hold what was to be brought back. Receipts name its properties: those of a
    plan say what would be changed, others what is wrong with it.
    """
    numbers = [one.index for one in chunk if one.operation.payload]
    records = UndoneRecord.objects.filter(task=task, number__in=numbers, before__isnull=False)
    return [id for id in records.values_list("before", flat=True) if id is not None]


def _read_again(task: Task, chunk: Sequence[SentOperation]) -> Sequence[SentOperation]:
    """What was erased since it was read is a conflict now."""
    contract = current_contract(task.source.key)
    return [*islice(operations_from(contract, task, chunk[0].index), len(chunk))]


def _foresee(task: Task, chunk: Sequence[SentOperation], also: InTransaction) -> Sequence[Receipt]:
    """What would become of each. Relationships that come back are tried out, and taken back:
    whether they can depends on records which other chunks would bring back.
    """
    returning = [one.operation for one in chunk if _comes_back(one.operation)]
    others = [one.operation for one in chunk if not _comes_back(one.operation)]
    needed = _needed_by(task, returning)
    tell = partial(write, task.source.key, actor=task.actor, task_id=task.public_id)

    def together(contract: Contract, receipts: Sequence[Receipt]) -> None:
        tried = iter(receipts[len(needed) :])
        told = iter(foreseen.receipts)
        merged[:] = [next(tried if _comes_back(one.operation) else told) for one in chunk]
        also(contract, merged)

    merged: list[Receipt] = []
    foreseen = tell(others, is_plan=True)
    tell([*needed, *returning], is_trial=True, also=together)
    return merged


def _comes_back(operation: Operation) -> bool:
    is_new = operation.preconditions.must_be_new
    return operation.target is Target.RELATIONSHIP and is_new and operation.refused is None


def _needed_by(task: Task, returning: Sequence[Operation]) -> list[Operation]:
    """What the undo does to the records on which these depend."""
    keys = [RecordKey(one.collection, one.id or "") for one in returning]
    contract = current_contract(task.source.key)
    needed: dict[Named, None] = {}
    for kind in past_kinds.values() if keys else ():
        needed |= dict.fromkeys(kind.needed_by(contract, keys))
    return operations_on(contract, task, list(needed)) if needed else []


def _note_conflicts(
    task: Task, chunk: Sequence[SentOperation], receipts: Sequence[Receipt]
) -> None:
    rows = [
        (one.index, reason_of(receipt.refused).value)
        for one, receipt in zip(chunk, receipts, strict=True)
        if receipt.refused is not None
    ]
    if rows:
        run(
            """
            UPDATE ingestion_undonerecord AS record SET conflict = found.conflict
            FROM unnest(%s::bigint[], %s::text[]) AS found (number, conflict),
                 LATERAL (
                     SELECT own.ctid FROM ingestion_undonerecord AS own
                     WHERE task_id = %s AND number BETWEEN found.number AND found.number
                     ORDER BY number LIMIT 1
                 ) AS place
            WHERE record.ctid = place.ctid
            """,
            [*columns(rows, 2), task.pk],
        )
