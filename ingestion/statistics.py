"""What the planner knows of the large tables, brought up to date after many writes.

Until then it takes a table that was filled just now for empty, and reads all of it for each row of
another: of 30,000 records a filter by an end took 20 s, and then takes 20 ms. Autovacuum comes by
once a minute, where it is on.
"""

from __future__ import annotations

from collections.abc import Sequence

from ingestion import queueing
from ingestion.kinds import kinds
from ingestion.models import Change
from ingestion.sql import run

MANY = 1_000
"""Records of a task. What fewer do to a plan can be waited for."""
SHARE = 0.1
"""Of a table that has changed since it was last looked at: then autovacuum would look, too."""
NEARLY_ALL = 0.999
"""Of a table, in the sources that the planner knows: it takes any other for empty."""


def ask_after(source_id: int, written: int) -> None:
    """Have the worker look, once the transaction is committed that wrote so many records.

    The database counts what a connection wrote a while later, unless it is told to do so at once.
    """
    if written >= MANY:
        run("SELECT pg_stat_force_next_flush()", [])
        queueing.ask_for_statistics(source_id)


def refresh(source_id: int) -> None:
    """Analyse the tables of which much has changed, and those in which the source is new to the
    planner. Who vacuums one meanwhile analyses it as well.
    """
    for name in outdated(source_id):
        run(f"ANALYZE (SKIP_LOCKED) {name}", [])


def outdated(source_id: int) -> Sequence[str]:
    """Beside large sources a new one is less than the share, and all of its records are read for
    each of them.
    """
    names = [*(kind.table.name for kind in kinds()), Change._meta.db_table]
    rows = run(
        """
        SELECT seen.relname
        FROM pg_class
        JOIN pg_stat_user_tables AS seen ON relid = pg_class.oid
        LEFT JOIN pg_stats AS known ON known.schemaname = seen.schemaname
             AND known.tablename = seen.relname AND attname = 'source_id'
        WHERE pg_class.oid = ANY(%s::regclass[]) AND (
            n_mod_since_analyze > %s * reltuples
            OR n_mod_since_analyze >= %s
               AND (%s = ANY(most_common_vals::text::bigint[])) IS NOT TRUE
               AND coalesce((SELECT sum(one) FROM unnest(most_common_freqs) AS one), 1) > %s
        )
        """,
        [names, SHARE, MANY, source_id, NEARLY_ALL],
    )
    return [name for (name,) in rows]
