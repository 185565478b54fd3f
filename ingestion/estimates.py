"""About how many rows there are, from what the planner knows of a column.

Nobody counts for it, and no write pays: autovacuum keeps it. It knows the 100 most common values,
and nothing of a table that was never analysed.
"""

from __future__ import annotations

from django.db.models import Model

from ingestion.sql import run


def estimated_rows(model: type[Model], column: str) -> dict[int, int]:
    """By the values of a column of whole numbers."""
    rows = run(
        """
        SELECT value, round(frequency * reltuples)
        FROM pg_stats
        JOIN pg_class ON pg_class.oid = %s::regclass AND relname = tablename AND reltuples > 0,
             unnest(most_common_vals::text::bigint[], most_common_freqs) AS one (value, frequency)
        WHERE schemaname = current_schema() AND attname = %s
        """,
        [model._meta.db_table, column],
    )
    return {value: int(count) for value, count in rows}
