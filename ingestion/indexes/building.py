"""The worker's part of indexes: it makes the database have the indexes that the rows ask for.

Each step can be repeated: whatever a killed worker left behind, the next run mends. It runs outside
of any transaction, which building an index without blocking writers requires.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

import psycopg
from procrastinate.contrib.django.utils import connector_params
from psycopg import sql

from ingestion.indexes.rows import Connection, Row, forget, mark, read_rows, tables
from ingestion.indexes.statistics import follow_statistics
from profiles.contract import LOCK_SPACE

INDEX_LOCK_SPACE = LOCK_SPACE + 2
BUILDING_LOCK = 1
PREFIX = "data_index_"
"""Of every index of ours; the id of its row follows."""

SETTINGS = {
    "statement_timeout": "0",
    "lock_timeout": "0",
    "client_connection_check_interval": "1s",  # A build ends soon after its worker was killed.
}
TRANSIENT = ("08", "40", "55", "57")
"""Classes of errors that say nothing of the index: connections, deadlocks, locks, shutdowns."""


async def follow_rows() -> None:
    """Build, drop and mend until the indexes are those of the rows."""
    async with _alone() as connection:
        rows = await read_rows(connection)
        kept = {row.id: row for row in rows if row.state in ("building", "ready")}
        there = await _valid_ones(connection, kept)
        await forget(connection, [row.id for row in rows if row.state == "dropping"])
        missing = [row for row in kept.values() if row.id not in there]
        await mark(connection, [row.id for row in missing], "ready", "building")
        built = [row for row in missing if await _build(connection, row)]
        finished = [*built, *(row for id, row in kept.items() if id in there)]
        await follow_statistics(connection, finished)
        new = [row for row in finished if row in built or row.state == "building"]
        await mark(connection, [row.id for row in new], "building", "ready")


@asynccontextmanager
async def _alone() -> AsyncIterator[Connection]:
    """A connection that holds the lock of builds, which a killed worker may hold for a moment too.

    The lock is polled. A session that waits for a lock holds a snapshot, and the build that has the
    lock would wait for that snapshot.
    """
    params = connector_params()
    async with await psycopg.AsyncConnection.connect(**params, autocommit=True) as connection:
        for name, value in SETTINGS.items():
            await connection.execute("SELECT set_config(%s, %s, false)", [name, value])
        while not await _locked(connection):
            await asyncio.sleep(0.5)
        yield connection


async def _locked(connection: Connection) -> bool:
    asked = "SELECT pg_try_advisory_lock(%s, %s)"
    found = await (await connection.execute(asked, [INDEX_LOCK_SPACE, BUILDING_LOCK])).fetchone()
    return found is not None and bool(found[0])


async def _valid_ones(connection: Connection, kept: Collection[int]) -> set[int]:
    """The indexes of `kept` that are there and whole. All others of ours are dropped."""
    found = await connection.execute(
        """
        SELECT index.relname, pg_index.indisvalid
        FROM pg_index
        JOIN pg_class AS index ON index.oid = indexrelid
        JOIN pg_class AS owner ON owner.oid = indrelid
        WHERE owner.relname = ANY(%s) AND pg_table_is_visible(owner.oid)
        """,
        [[table.name for table in tables().values()]],
    )
    valid = set()
    for name, is_valid in await found.fetchall():
        if match := re.fullmatch(rf"{PREFIX}(\d+)", name):
            id = int(match[1])
            if is_valid and id in kept:
                valid.add(id)
            else:
                await _drop(connection, id)
    return valid


async def _drop(connection: Connection, id: int) -> None:
    dropping = sql.SQL("DROP INDEX CONCURRENTLY IF EXISTS {}")
    await connection.execute(dropping.format(sql.Identifier(f"{PREFIX}{id}")))


async def _build(connection: Connection, row: Row) -> bool:
    """Whether the index now is there. If not, its row says why."""
    try:
        await connection.execute(_creating(row))
    except psycopg.Error as error:
        if not error.sqlstate or error.sqlstate.startswith(TRANSIENT):
            raise
        await _drop(connection, row.id)
        await mark(connection, [row.id], "building", "failed", _problem(error))
        return False
    return True


def _creating(row: Row) -> sql.Composed:
    """A B-tree gives the records in order, so what names them follows what they are ordered by."""
    columns: list[sql.Composable] = [row.key]
    if row.method == "btree":
        columns += [sql.Identifier(name) for name in row.table.ids]
    return sql.SQL(
        "CREATE INDEX CONCURRENTLY {index} ON {table} USING {method} ({columns})"
        " WHERE {collection} = {id}"
    ).format(
        index=sql.Identifier(f"{PREFIX}{row.id}"),
        table=sql.Identifier(row.table.name),
        method=sql.SQL(row.method),
        columns=sql.SQL(", ").join(columns),
        collection=sql.Identifier(row.table.collection),
        id=sql.Literal(row.collection_id),
    )


def _problem(error: psycopg.Error) -> str:
    """By the name of the error alone: its message may hold a value of a record."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type(error).__name__).lower()
    return f"The database could not build it: {words} ({error.sqlstate})."
