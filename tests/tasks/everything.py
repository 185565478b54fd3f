"""All that the database holds."""

from __future__ import annotations

from django.db import connection

TABLES = """
SELECT relname FROM pg_class JOIN pg_namespace ON pg_namespace.oid = relnamespace
WHERE relkind = 'r' AND nspname = 'public'
  AND relname !~ '^(procrastinate_|ingestion_task)'
"""


def everything() -> dict[str, str]:
    """What each table holds, but for what tells of tasks and their jobs."""
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        names = [name for (name,) in cursor.fetchall()]
        found = {}
        for name in names:
            cursor.execute(
                f'SELECT md5(string_agg(t::text, chr(10) ORDER BY t::text)) FROM "{name}" t'
            )
            found[name] = cursor.fetchone()[0]
    return found
