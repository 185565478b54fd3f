"""What an undo left alone, each with its three states: before the task, after it, and now.

The states are read from the changes when somebody asks, so what was erased is not told here either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from ingestion.models import Task, UndoneRecord
from ingestion.operations import Action, Target
from ingestion.past.changes import (
    SUMMARY_COLUMNS,
    ChangeSummary,
    PastRecord,
    newest_change,
    shown_change,
)
from ingestion.past.kinds import CHANGE, past_kinds
from ingestion.records import RecordKey
from ingestion.sql import columns, run
from ingestion.tasks.finding import ReceiptPlace
from ingestion.tasks.refusals import Refusal, refusals_page
from profiles.contract import Contract
from profiles.exact import Document, Json
from profiles.models import Source


class MomentState(StrEnum):
    PRESENT = "PRESENT"
    ABSENT = "ABSENT"
    ERASED = "ERASED"
    """It was there, and what it was is gone for good."""
    UNKNOWN = "UNKNOWN"
    """Its change is not kept any more."""


@dataclass(frozen=True, slots=True)
class Moment:
    """A record at one of the three moments."""

    state: MomentState
    change: ChangeSummary | None = None
    text: str | None = None
    """The JSON of the record."""


@dataclass(frozen=True, slots=True)
class Conflict:
    refusal: Refusal
    record: UndoneRecord
    before: Moment
    after: Moment
    now: Moment

    @property
    def moments(self) -> Mapping[str, Moment]:
        return {"before": self.before, "after": self.after, "now": self.now}


def conflicts_page(
    source: Source, task: Task, after: ReceiptPlace, size: int
) -> tuple[list[Conflict], ReceiptPlace | None]:
    """From a place on, and where the next page begins; with as many statements for any size."""
    refusals, following = refusals_page(task, after, size)
    numbers = [refusal.receipt.index for refusal in refusals]
    found = UndoneRecord.objects.filter(task=task, number__in=numbers)
    records = {record.number: record for record in found}
    last = _last_changes(source.pk, list(records.values()))
    wanted = {id for one in records.values() for id in (one.before, one.made)} | {*last.values()}
    moments = _Moments(source, wanted - {None})
    conflicts = [
        _conflict(refusal, records[refusal.receipt.index], last, moments)
        for refusal in refusals
        if refusal.receipt.index in records
    ]
    return conflicts, following


def _conflict(
    refusal: Refusal, record: UndoneRecord, last: Mapping[int, UUID], moments: _Moments
) -> Conflict:
    before = Moment(MomentState.ABSENT)
    if record.was_there:
        before = moments.before(record.before)
    now = moments.after(last.get(record.number))
    return Conflict(refusal, record, before, moments.after(record.made), now)


class _Moments:
    """Changes by their ids, and the records that they hold."""

    def __init__(self, source: Source, ids: set[UUID | None]) -> None:
        self._found: dict[UUID, tuple[ChangeSummary, str]] = {}
        for target, kind in past_kinds.items():
            text = kind.text(source.key)
            rows = run(
                f"""
                SELECT {SUMMARY_COLUMNS}, {text.sql} FROM {CHANGE}
                WHERE source_id = %s AND id = ANY(%s) AND target = %s
                """,
                [*text.params, source.pk, list(ids), target.value],
            )
            for *told, shown in rows:
                change = ChangeSummary(*told)
                self._found[change.id] = (change, shown)

    def before(self, id: UUID | None) -> Moment:
        """What a change holds: of a deletion, the record as it was until then."""
        if id not in self._found:
            return Moment(MomentState.UNKNOWN)
        change, text = self._found[id]
        if change.is_erased:
            return Moment(MomentState.ERASED, change)
        return Moment(MomentState.PRESENT, change, text)

    def after(self, id: UUID | None) -> Moment:
        """What a change left."""
        if id in self._found and self._found[id][0].action == Action.DELETE:
            return Moment(MomentState.ABSENT, self._found[id][0])
        return self.before(id)


def _last_changes(source_id: int, records: Sequence[UndoneRecord]) -> dict[int, UUID]:
    """By the number of the record."""
    if not records:
        return {}
    names = [(one.number, one.target, one.collection, one.public_id) for one in records]
    return dict(
        run(
            f"""
            SELECT number, last.id
            FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
                 AS record (number, target, collection, public_id)
            CROSS JOIN LATERAL ({newest_change("record", "id")}) AS last
            """,
            [*columns(names, 4), source_id],
        )
    )


def shown_conflict(contract: Contract, conflict: Conflict) -> dict[str, Json]:
    record, receipt = conflict.record, conflict.refusal.receipt
    target = Target(record.target)
    past = PastRecord(contract, target, RecordKey(record.collection, record.public_id))
    return {
        "index": record.number,
        "targetType": record.target,
        "type": record.collection,
        "id": record.public_id,
        "conflict": record.conflict,
        "error": receipt.error,
        **{name: _shown(past, moment) for name, moment in conflict.moments.items()},
    }


def _shown(record: PastRecord, moment: Moment) -> dict[str, Any]:
    shown: dict[str, Any] = {"state": moment.state.value}
    if moment.change is not None:
        shown["change"] = shown_change(record, moment.change)
    if moment.text is not None:
        shown["record"] = Document.read(moment.text).value
    return shown
