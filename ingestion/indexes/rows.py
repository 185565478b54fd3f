"""The rows that say which indexes there are to be, as the worker reads and marks them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from ingestion.indexes.keys import METHODS, KeyKind
from ingestion.kinds import Table, kinds
from ingestion.operations import Target

Connection = psycopg.AsyncConnection[Any]


@dataclass(frozen=True, slots=True)
class Row:
    id: int
    target: str
    collection_id: int
    kind: str
    expression: str
    state: str

    @property
    def method(self) -> str:
        return METHODS[KeyKind(self.kind)]

    @property
    def table(self) -> Table:
        return tables()[Target(self.target)]

    @property
    def key(self) -> sql.Composed:
        """The expression, made by `ingestion.indexes.keys`: none of it is what somebody typed."""
        return sql.SQL("({})").format(sql.SQL(self.expression))


def tables() -> Mapping[Target, Table]:
    return {kind.target: kind.table for kind in kinds()}


async def read_rows(connection: Connection) -> Sequence[Row]:
    async with connection.cursor(row_factory=class_row(Row)) as cursor:
        await cursor.execute(
            "SELECT id, target, collection_id, kind, expression, state"
            " FROM ingestion_dataindex ORDER BY id"
        )
        return await cursor.fetchall()


async def mark(
    connection: Connection, ids: Sequence[int], before: str, after: str, problem: str = ""
) -> None:
    """Only rows that still are as they were: a definition may have been saved meanwhile."""
    if ids:
        await connection.execute(
            "UPDATE ingestion_dataindex SET state = %s, problem = %s, changed_at = now()"
            " WHERE id = ANY(%s) AND state = %s",
            [after, problem, list(ids), before],
        )


async def forget(connection: Connection, ids: Sequence[int]) -> None:
    """Rows whose indexes were dropped."""
    if ids:
        await connection.execute(
            "DELETE FROM ingestion_dataindex WHERE id = ANY(%s) AND state = 'dropping'",
            [list(ids)],
        )
