"""The operations of an undo: of each record the one that makes it what it was."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from ingestion.models import ConflictReason, Task, TaskMode
from ingestion.operations import Action, Operation, Payload, Target
from ingestion.past.changes import newest_change
from ingestion.past.kinds import CHANGE, Named, past_kinds
from ingestion.records import etag_of, stored_document
from ingestion.sql import columns, expect_many, run
from ingestion.tasks.reading import SentOperation
from ingestion.undoing.refusals import left_alone
from ingestion.withholding import hangs
from profiles.contract import Contract
from profiles.exact import Document
from profiles.preconditions import Preconditions
from profiles.times import time_text

AT_A_TIME = 200

# Each change is found as in `ingestion.undoing.listing`.
STATES = f"""
    SELECT number, record.target, record.collection, record.public_id, was_there, conflict,
           now.id = made, ended.action, ended.record_id, ended.version, before.is_erased,
           before.data::text, before.contained::text, before.identifiers::text, before.created_at
    FROM {{listed}}
    LEFT JOIN LATERAL (
        SELECT * FROM {CHANGE} WHERE source_id = %s AND id BETWEEN record.before AND record.before
        ORDER BY id LIMIT 1
    ) AS before ON true
    LEFT JOIN LATERAL (
        SELECT * FROM {CHANGE} WHERE source_id = %s AND id BETWEEN made AND made
        ORDER BY id LIMIT 1
    ) AS ended ON true
    LEFT JOIN LATERAL ({newest_change("record", "id")}) AS now ON true
    ORDER BY number
"""
BEHIND = """
    (SELECT * FROM ingestion_undonerecord WHERE task_id = %s AND number >= %s
     ORDER BY number LIMIT %s) AS record
"""
_NAMED = """
    unnest(%s::text[], %s::text[], %s::text[]) AS name (target, collection, public_id)
    CROSS JOIN LATERAL (
        SELECT * FROM ingestion_undonerecord AS own
        WHERE task_id = %s AND own.target = name.target AND own.collection = name.collection
          AND own.public_id BETWEEN name.public_id AND name.public_id
        ORDER BY own.public_id LIMIT 1
    ) AS record
"""


class Listed(NamedTuple):
    """A record to be brought back, as the changes tell it."""

    number: int
    target: str
    collection: str
    public_id: str
    was_there: bool
    conflict: str
    is_untouched: bool | None
    """Its last change is the task's."""
    last_action: str | None
    row_id: UUID | None
    version: int | None
    is_erased: bool | None
    data: str | None
    contained: str | None
    identifiers: str | None
    created_at: datetime | None

    @property
    def is_there(self) -> bool:
        return self.last_action != Action.DELETE

    @property
    def obstacle(self) -> ConflictReason | None:
        """Why it cannot be brought back, as far as its own changes tell."""
        if self.conflict:
            return ConflictReason(self.conflict)
        if self.is_untouched is False:
            return ConflictReason.CHANGED_SINCE
        if not self.is_untouched or (self.was_there and self.data is None):
            return ConflictReason.UNKNOWN
        return ConflictReason.ERASED if self.was_there and self.is_erased else None


def operations_from(contract: Contract, task: Task, number: int) -> Iterator[SentOperation]:
    """From a place on, a few at a time."""
    while page := _listed(BEHIND, [task.pk, number, AT_A_TIME], contract):
        yield from _operations(contract, task, page)
        number = page[-1].number + 1


def operations_on(contract: Contract, task: Task, names: Sequence[Named]) -> list[Operation]:
    """Those on certain records, as far as the undo is about them."""
    rows = [(target.value, key.collection, key.public_id) for target, key in names]
    page = _listed(_NAMED, [*columns(rows, 3), task.pk], contract)
    return [one.operation for one in _operations(contract, task, page)]


@transaction.atomic
def _listed(listed: str, parameters: Sequence[Any], contract: Contract) -> list[Listed]:
    expect_many()  # Nothing is known yet of rows that were noted just now.
    rows = run(STATES.format(listed=listed), [*parameters, *[contract.source_id] * 3])
    return [Listed(*row) for row in rows]


def _operations(contract: Contract, task: Task, page: Sequence[Listed]) -> Iterator[SentOperation]:
    """A plan is told beforehand on which records something will hang; else they are looked at
    under their locks.
    """
    is_plan = task.mode == TaskMode.PLAN
    hung = _still_hung_on(contract, task, page) if is_plan else set()
    for one in page:
        text, operation = _operation(one, is_hung=one.row_id in hung, is_plan=is_plan)
        yield SentOperation(one.number, one.number + 1, operation, text)


@transaction.atomic
def _still_hung_on(contract: Contract, task: Task, page: Sequence[Listed]) -> set[UUID]:
    rows = [
        one.row_id
        for one in page
        if not one.was_there
        and one.target == Target.RESOURCE
        and one.obstacle is None
        and one.row_id is not None
    ]
    if not rows:
        return set()
    expect_many()
    kinds = past_kinds.values()
    return {row_id for kind in kinds for row_id in kind.still_hung_on(contract, task.pk, rows)}


def _operation(one: Listed, *, is_hung: bool, is_plan: bool) -> tuple[bytes | None, Operation]:
    """With the text of what it writes, by which chunks are kept small."""
    payload: Payload = {}
    text = None
    obstacle = one.obstacle
    refused = left_alone(obstacle) if obstacle else hangs() if is_hung else None
    if one.was_there and refused is None:
        payload = _payload(one)
        text = b"".join(document.text for document in payload.values())
    operation = Operation(
        Action.UPSERT if one.was_there else Action.DELETE,
        Target(one.target),
        one.collection,
        one.public_id,
        payload,
        preconditions=_as_left(one),
        refused=refused,
        may_take_along=is_plan,
    )
    return text, operation


def _as_left(one: Listed) -> Preconditions:
    """That it is as the task left it."""
    if not one.is_there or one.row_id is None or one.version is None:
        return Preconditions(must_be_new=True)
    return Preconditions(if_match=(etag_of(one.row_id, one.version),))


def _payload(one: Listed) -> Payload:
    assert one.data is not None
    assert one.contained is not None
    assert one.identifiers is not None
    meta = b'{"identifier":%b,"createdAt":"%b"}' % (
        one.identifiers.encode(),
        time_text(one.created_at).encode(),
    )
    own = {"data": stored_document(one.data), "meta": Document.read(meta)}
    if one.target == Target.RESOURCE:
        own["contained"] = stored_document(one.contained)
    return own
