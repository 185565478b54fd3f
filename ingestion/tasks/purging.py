"""Purging: all records of a profile or relationship definition deleted, one chunk after the other.

What hangs on a resource goes along with it, as with any deletion, and history is kept.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from ingestion.kinds import Table, kinds
from ingestion.models import Task, TaskShare
from ingestion.operations import Action, Operation, Target
from ingestion.records import is_of_row
from ingestion.search.registry import scope_makers
from ingestion.sql import run
from ingestion.tasks.plain_work import PlainWork
from ingestion.tasks.reading import SentOperation
from ingestion.walking import in_index_order
from profiles.contract import Contract
from profiles.exact import Json, encode
from profiles.faults import ErrorType, Refused
from profiles.preconditions import Preconditions

AT_A_TIME = 1_000


@dataclass(frozen=True, slots=True)
class Collection:
    """The records of a profile or relationship definition."""

    target: Target
    key: str

    @classmethod
    def read(cls, asked: Mapping[str, Json]) -> Collection:
        return cls(Target(asked["target"]), asked["key"])

    def as_json(self) -> Mapping[str, Json]:
        return {"target": self.target.value, "key": self.key}


class RecordIds(NamedTuple):
    row_id: UUID
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class SameLife(Preconditions):
    """That a record was not deleted and made again since it was found."""

    row_id: UUID | None = None

    def check(self, etag: str | None) -> None:
        assert self.row_id is not None
        if etag is not None and not is_of_row(etag, self.row_id):
            message = "It was made again since."
            raise Refused(ErrorType.FAILED_PRECONDITION, message, status=412)


class Purge(PlainWork):
    """Work of a task. Nothing has to be remembered of it: what it did is no longer there."""

    def total(self, contract: Contract, task: Task) -> int:
        return count(contract, Collection.read(task.asked), task.pk)

    def operations(
        self, contract: Contract, task: Task, share: TaskShare, shares: int
    ) -> Iterator[SentOperation]:
        assert shares == 1, "one walk finds everything"
        collection = Collection.read(task.asked)
        for index, found in enumerate(walk(contract, collection, task.pk), share.next_index):
            operation = _delete(collection, found)
            yield SentOperation(index, index + 1, operation, _text(operation))


def count(contract: Contract, collection: Collection, last: UUID) -> int:
    """How many records there are that were made up to a row id. Raises NOT_FOUND."""
    table, parameters = _table(contract, collection)
    ((number,),) = run(
        f"""
        SELECT count(*) FROM {table.name}
        WHERE source_id = %s AND {table.collection} = %s AND id <= %s
        """,
        [*parameters, last],
    )
    return int(number)


def walk(contract: Contract, collection: Collection, last: UUID) -> Iterator[RecordIds]:
    """These records in the order of their ids, a few at a time: they may change meanwhile."""
    after: Sequence[str] = ()
    while page := find(contract, collection, last, after, AT_A_TIME):
        yield from page
        after = page[-1].ids


@in_index_order()
def find(
    contract: Contract, collection: Collection, last: UUID, after: Sequence[str], size: int
) -> list[RecordIds]:
    """The next ones behind an id, in its parts; the first ones where that is empty.

    Row ids are ordered by time, so what came later is told by them.
    """
    table, parameters = _table(contract, collection)
    ids = ", ".join(table.ids)
    places = ", ".join("%s" for _ in after)
    behind = f"AND ({ids}) > ({places})" if after else ""
    rows: list[tuple[Any, ...]] = run(
        f"""
        SELECT id, {ids} FROM {table.name}
        WHERE source_id = %s AND {table.collection} = %s AND id <= %s {behind}
        ORDER BY {ids} LIMIT %s
        """,
        [*parameters, last, *after, size],
    )
    return [RecordIds(id, parts) for id, *parts in rows]


def _table(contract: Contract, collection: Collection) -> tuple[Table, list[Any]]:
    """Where the records stand, and the values of the columns of their source and collection."""
    scope = scope_makers[collection.target](contract, collection.key)
    table: Table = next(kind.table for kind in kinds() if kind.target is collection.target)
    return table, [contract.source_id, scope.collection_id]


def _delete(collection: Collection, found: RecordIds) -> Operation:
    return Operation(
        Action.DELETE,
        collection.target,
        collection.key,
        ".".join(found.ids),
        preconditions=SameLife(row_id=found.row_id),
    )


def _text(operation: Operation) -> bytes:
    """As somebody would have sent it."""
    return encode(
        {
            "action": operation.action.value,
            "delete": {"type": operation.collection, "id": operation.id},
        }
    )
