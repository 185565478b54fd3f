"""The changes of one record in all its lives, newest first, and what they say of it.

Looked up by ranges that hold one id, in the order of the index: so no plan reads more than these,
whatever is known of the table.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from ingestion.models import Change
from ingestion.operations import Action, Target
from ingestion.past.erased import MARK, erased
from ingestion.past.horizon import refuse_older
from ingestion.past.kinds import CHANGE, past_kinds
from ingestion.records import RecordKey, etag_of
from ingestion.sql import columns, run
from profiles.contract import Contract
from profiles.exact import Json
from profiles.faults import Refused, not_found
from profiles.times import time_text

_OF_RECORD = """
    source_id = %s AND target = %s AND collection = %s AND public_id BETWEEN %s AND %s
"""
OF_WANTED = """
    source_id = %s AND target = wanted.target AND collection = wanted.collection
    AND public_id BETWEEN wanted.public_id AND wanted.public_id
"""
"""The changes of each record of a table `wanted`."""
_NEWEST_FIRST = "public_id DESC, seq DESC"
SUMMARY_COLUMNS = "id, task_id, action, version, at, actor, reason, seq, is_erased"


class PastRecord(NamedTuple):
    """One id of a profile or definition, in all its lives."""

    contract: Contract
    target: Target
    key: RecordKey

    @property
    def parameters(self) -> list[Any]:
        id = self.key.public_id
        return [self.contract.source_id, self.target.value, self.key.collection, id, id]

    @property
    def missing(self) -> Refused:
        return not_found(self.target.lower())


class ChangeSummary(NamedTuple):
    """A change without the record that it holds, which may be large."""

    id: UUID
    task_id: str
    action: str
    version: int
    at: datetime
    actor: str
    reason: str
    seq: int
    is_erased: bool


class Period(NamedTuple):
    """Both ends belong to it."""

    start: datetime | None = None
    end: datetime | None = None


def newest_change(of: str, columns: str) -> str:
    """A subquery for LATERAL: the newest change of the record that a row of the table `of` names.

    Its one parameter is the source. It reads one entry of the index of a record's changes.
    """
    return f"""
        SELECT {columns} FROM {CHANGE} AS old
        WHERE old.source_id = %s AND old.target = {of}.target AND old.collection = {of}.collection
          AND old.public_id BETWEEN {of}.public_id AND {of}.public_id
        ORDER BY old.public_id DESC, old.seq DESC LIMIT 1
    """


def past_record(contract: Contract, target: Target, collection: str, id: str) -> PastRecord:
    """Raises NOT_FOUND for what is no id."""
    return PastRecord(contract, target, past_kinds[target].key(contract, collection, id))


def changes_page(
    record: PastRecord, period: Period, before: int | None, size: int
) -> tuple[list[ChangeSummary], int | None]:
    """Changes in a period that come before a `seq`, and before which the next page goes on.

    Raises NOT_FOUND where there never was such a record.
    """
    rows = run(
        f"""
        SELECT {SUMMARY_COLUMNS} FROM {CHANGE} WHERE {_OF_RECORD}
          AND (%s::bigint IS NULL OR seq < %s)
          AND (%s::timestamptz IS NULL OR at >= %s) AND (%s::timestamptz IS NULL OR at <= %s)
        ORDER BY {_NEWEST_FIRST} LIMIT %s
        """,
        [
            *record.parameters,
            *(each for value in (before, *period) for each in (value, value)),
            size + 1,
        ],
    )
    if not rows and not _ever_was(record):
        raise record.missing
    shown = [ChangeSummary(*row) for row in rows[:size]]
    return shown, shown[-1].seq if len(rows) > size else None


def _ever_was(record: PastRecord) -> bool:
    sql = f"SELECT 1 FROM {CHANGE} WHERE {_OF_RECORD} ORDER BY {_NEWEST_FIRST} LIMIT 1"
    return bool(run(sql, record.parameters))


def summary_and_record(record: PastRecord, operation_id: str) -> tuple[ChangeSummary, str]:
    """One change of a record, and the JSON of the record as it then was. Raises NOT_FOUND."""
    text = past_kinds[record.target].text(record.contract.source_key)
    for row in run(
        f"SELECT {SUMMARY_COLUMNS}, {text.sql} FROM {CHANGE} WHERE {_OF_RECORD} AND id = %s",
        [*text.params, *record.parameters, read_operation_id(operation_id)],
    ):
        return ChangeSummary(*row[:-1]), row[-1]
    raise not_found("operation")


def find_change(record: PastRecord, operation_id: str) -> Change:
    """Raises NOT_FOUND."""
    found = find_operation(record.contract, record.target, record.key.collection, operation_id)
    if found.public_id != record.key.public_id:
        raise not_found("operation")
    return found


def find_operation(
    contract: Contract, target: Target, collection: str, operation_id: str
) -> Change:
    """Of whichever record of a profile or definition. Raises NOT_FOUND."""
    found = Change.objects.filter(
        source_id=contract.source_id,
        pk=read_operation_id(operation_id),
        target=target.value,
        collection=collection,
    ).first()
    if found is None:
        raise not_found("operation")
    return found


def last_change(record: PastRecord) -> Change:
    """Raises NOT_FOUND where there never was such a record."""
    sql = f"SELECT * FROM {CHANGE} WHERE {_OF_RECORD} ORDER BY {_NEWEST_FIRST} LIMIT 1"
    for change in Change.objects.raw(sql, record.parameters):
        return change
    raise record.missing


def changes_before(record: PastRecord, before: int | None, size: int) -> list[Change]:
    """The newest changes of a record, or those that come before a `seq`, with what it then was."""
    sql = f"""
        SELECT * FROM {CHANGE} WHERE {_OF_RECORD} AND (%s::bigint IS NULL OR seq < %s)
        ORDER BY {_NEWEST_FIRST} LIMIT %s
    """
    return list(Change.objects.raw(sql, [*record.parameters, before, before, size]))


def change_after(record: PastRecord, after: int) -> Change | None:
    """The change that follows a `seq`."""
    sql = f"""
        SELECT * FROM {CHANGE} WHERE {_OF_RECORD} AND seq > %s ORDER BY public_id, seq LIMIT 1
    """
    for change in Change.objects.raw(sql, [*record.parameters, after]):
        return change
    return None


def read_operation_id(text: str) -> UUID:
    """Raises NOT_FOUND for what is none."""
    try:
        id = UUID(hex=text)
    except ValueError:
        raise not_found("operation") from None
    if id.hex != text:
        raise not_found("operation")
    return id


def record_at(record: PastRecord, at: datetime) -> tuple[str, str, UUID]:
    """The JSON of a record as it was, its ETag and row id then.

    Raises NOT_FOUND, and 410 where that was erased or is not kept any more.
    """
    text = past_kinds[record.target].text(record.contract.source_key)
    rows = run(
        f"""
        SELECT {text.sql}, record_id, version, is_erased, action FROM (
            SELECT * FROM {CHANGE} WHERE {_OF_RECORD} AND at <= %s
            ORDER BY {_NEWEST_FIRST} LIMIT 1
        ) AS {CHANGE}
        """,
        [*text.params, *record.parameters, at],
    )
    if not rows:
        refuse_older(record.contract.source_id, at)
        raise record.missing
    ((shown, row_id, version, is_erased, action),) = rows
    if action == Action.DELETE:
        raise record.missing
    if is_erased:
        raise erased()
    return shown, etag_of(row_id, version), row_id


def texts_of(contract: Contract, target: Target, ids: Sequence[UUID]) -> list[bytes]:
    """The JSON of the records of changes, in their order, without those that were erased."""
    if not ids:
        return []
    text = past_kinds[target].text(contract.source_key)
    rows = run(
        f"""
        SELECT text FROM unnest(%s::uuid[]) WITH ORDINALITY AS wanted (id, place)
        CROSS JOIN LATERAL (
            SELECT {text.sql} AS text FROM {CHANGE} WHERE source_id = %s AND id = wanted.id
              AND NOT is_erased
        ) AS shown ORDER BY place
        """,
        [*columns([(id,) for id in ids], 1), *text.params, contract.source_id],
    )
    return [shown.encode() for (shown,) in rows]


def shown_change(record: PastRecord, change: ChangeSummary) -> dict[str, Json]:
    """A change on the wire, without the record."""
    shown: dict[str, Json] = {
        "id": record.key.public_id,
        "operationId": change.id.hex,
        "taskId": change.task_id,
        "action": change.action,
        "version": change.version,
        "timestamp": time_text(change.at),
        "userInfo": {"actor": change.actor},
    }
    reason = {"reason": change.reason} if change.reason else {}
    return {**shown, **reason, **(MARK if change.is_erased else {})}
