"""Statistics on what indexes hold, so that the planner knows rare values from frequent ones.

PostgreSQL keeps statistics on the expression of an index, but does not use those of a partial
index, as ours are. It then expects a third of the records for any range, and walks them all. So
each index has statistics on its expression over the whole table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from psycopg import sql

from ingestion.indexes.rows import Connection, Row, tables

PREFIX = "data_statistics_"
"""Of all that are ours; the id of the index' row follows."""
COUNTED = ("btree", "gin")
"""Of boxes PostgreSQL has no statistics."""


async def follow_statistics(connection: Connection, rows: Sequence[Row]) -> None:
    """Have those of these rows and no others, and have them filled."""
    wanted = {row.id: row for row in rows if row.method in COUNTED}
    there = await _existing(connection)
    for id in there - wanted.keys():
        await connection.execute(sql.SQL("DROP STATISTICS IF EXISTS {}").format(_name(id)))
    missing = [row for id, row in wanted.items() if id not in there]
    for row in missing:
        await connection.execute(
            sql.SQL("CREATE STATISTICS {name} ON {key} FROM {table}").format(
                name=_name(row.id), key=row.key, table=sql.Identifier(row.table.name)
            )
        )
    unfilled = {row.table.name for row in missing} | {
        row.table.name for row in wanted.values() if row.state == "building"
    }
    for table in sorted(unfilled):
        await connection.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table)))


async def _existing(connection: Connection) -> set[int]:
    found = await connection.execute(
        """
        SELECT stxname FROM pg_statistic_ext JOIN pg_class AS owner ON owner.oid = stxrelid
        WHERE owner.relname = ANY(%s) AND pg_table_is_visible(owner.oid)
        """,
        [[table.name for table in tables().values()]],
    )
    matches = [re.fullmatch(rf"{PREFIX}(\d+)", name) for (name,) in await found.fetchall()]
    return {int(match[1]) for match in matches if match}


def _name(id: int) -> sql.Identifier:
    return sql.Identifier(f"{PREFIX}{id}")
