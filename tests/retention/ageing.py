"""Changes that are older than they are, and sources that keep only some."""

from __future__ import annotations

from django.db import connection

from ingestion.retention.sweeping import RetentionRule, rule_of, sweep
from profiles.models import Source


def keeps(source: Source, days: int | None = None, versions: int | None = None) -> RetentionRule:
    source.retention_days, source.retention_versions = days, versions
    source.save(update_fields=["retention_days", "retention_versions"])
    rule = rule_of(source)
    assert rule is not None
    return rule


def age(source: Source, days: int) -> None:
    """The changes so far are spread over the days that end now, in their order."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH place AS (
                SELECT id, row_number() OVER (ORDER BY seq DESC) AS from_end, count(*) OVER () AS n
                FROM ingestion_change WHERE source_id = %s
            )
            UPDATE ingestion_change
            SET at = clock_timestamp() - %s * interval '1 day' * from_end / n
            FROM place WHERE place.id = ingestion_change.id
            """,
            [source.pk, days],
        )


def make_older(source: Source, days: int) -> None:
    """All that was done so far."""
    with connection.cursor() as cursor:
        for table, column in (
            ("ingestion_change", "at"),
            ("ingestion_receipt", "received_at"),
            ("ingestion_task", "completed_at"),
        ):
            cursor.execute(
                f"UPDATE {table} SET {column} = {column} - %s * interval '1 day'"
                " WHERE source_id = %s",
                [days, source.pk],
            )


def swept(source: Source, rule: RetentionRule) -> None:
    while sweep(source, rule):
        pass
