"""How often values occur among the records that were found."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import connections
from django.db.models import QuerySet

from ingestion.indexes.keys import json_path
from ingestion.search.bodies import Aggregation
from ingestion.search.rarity import Fragment
from ingestion.search.time_limit import searching
from profiles.exact import Document, Json

COUNTED = 100_000
"""So many records are looked at: to count a million is to read them all."""


def aggregate(rows: QuerySet[Any], aggregations: Sequence[Aggregation]) -> list[Json]:
    """For each its most frequent values. A record counts once for each of its values.

    Raises `Refused` where it takes too long.
    """
    if not aggregations:
        return []
    with searching(rows.db):
        return list(_aggregate(rows, aggregations))


def _aggregate(rows: QuerySet[Any], aggregations: Sequence[Aggregation]) -> Iterator[Json]:
    among = Fragment.where(rows)
    table = rows.model._meta.db_table
    source = f"SELECT data FROM {table} WHERE {among.sql} LIMIT {COUNTED}"
    for one in aggregations:
        sql = f"""
            WITH looked_at AS MATERIALIZED ({source})
            SELECT value::text, count(*) AS records, (SELECT count(*) FROM looked_at)
            FROM looked_at, LATERAL (
                SELECT DISTINCT value FROM jsonb_path_query(looked_at.data, %s::jsonpath) AS value
            ) AS found
            WHERE jsonb_typeof(value) NOT IN ('object', 'array')
            GROUP BY value ORDER BY records DESC, value LIMIT %s
        """
        with connections[rows.db].cursor() as cursor:
            place = json_path(one.path.element.place)
            cursor.execute(sql, [*among.parameters, place, one.size])
            found = cursor.fetchall()
        counted = found[0][2] if found else 0
        yield {
            "path": one.path.text,
            "buckets": [
                {"value": Document.read(value).value, "count": count} for value, count, _ in found
            ],
            "isExact": counted < COUNTED,
        }
