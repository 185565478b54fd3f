"""What the start page of the admin tells: of each source, of today, of one's own work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import BooleanField, OuterRef, QuerySet, Subquery
from django.db.models.expressions import RawSQL
from django.utils import timezone

from ingestion.admin.tasks.readable import ReadableTask, readable_tasks
from ingestion.estimates import estimated_rows
from ingestion.models import Change, Receipt, Resource, Task, TaskMode, TaskStatus
from ingestion.records import first_row_id
from profiles.access import Role
from profiles.models import Source
from profiles.staff import Staff
from relationships.models import Relationship

COUNTED = 100_000
"""Beyond so many, rows are estimated."""
COUNTED_TODAY = 10_000
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Count:
    number: int
    is_estimate: bool = False

    def __str__(self) -> str:
        return f"about {self.number:,}" if self.is_estimate else f"{self.number:,}"


@dataclass(frozen=True, slots=True)
class SourceCard:
    """A source at a glance."""

    source: Source
    written_at: datetime | None
    resources: Count
    relationships: Count
    today: Count
    refused_today: Count
    may_write: bool


def source_cards(staff: Staff) -> list[SourceCard]:
    """Of the sources that somebody sees, in as many statements for many as for one."""
    newest = Change.objects.filter(source_id=OuterRef("pk")).order_by("-seq").values("at")[:1]
    rows = list(staff.narrow(Source.objects.all(), by="id").annotate(written_at=Subquery(newest)))
    ids = [source.pk for source in rows]
    resources, relationships = counts_of(Resource, ids), counts_of(Relationship, ids)
    today, refused = counts_today(Change, ids), counts_today(Receipt, ids)
    return [
        SourceCard(
            source,
            source.written_at,
            resources[source.pk],
            relationships[source.pk],
            today[source.pk],
            refused[source.pk],
            staff.may(Role.WRITER, source.key),
        )
        for source in rows
    ]


def counts_of(model: Any, source_ids: Sequence[int]) -> Mapping[int, Count]:
    """How many rows the sources have: counted up to `COUNTED`, then told from statistics."""
    counted = _counted(model, source_ids, COUNTED)
    many = [id for id, number in counted.items() if number > COUNTED]
    estimates = estimated_rows(model, "source_id") if many else {}
    return {
        id: Count(max(number, estimates.get(id, 0)), is_estimate=number > COUNTED)
        for id, number in counted.items()
    }


def counts_today(model: Any, source_ids: Sequence[int]) -> Mapping[int, Count]:
    """How many rows came since midnight. Their ids are in the order of time (RFC 9562, UUIDv7)."""
    since = "AND id >= %s"
    counted = _counted(model, source_ids, COUNTED_TODAY, since, [first_row_id(_midnight())])
    return {
        id: Count(min(number, COUNTED_TODAY), is_estimate=number > COUNTED_TODAY)
        for id, number in counted.items()
    }


def own_changes(actor: str, staff: Staff) -> QuerySet[Change]:
    """The newest ones that somebody of the staff made, through an index of people's changes.

    It is found by a condition that stands in the statement: a parameter could be anything.
    """
    is_of_person = RawSQL("actor LIKE 'user:%%'", [], output_field=BooleanField())
    rows = Change.objects.filter(is_of_person, actor=actor).order_by("-seq")
    return (
        staff.narrow(rows)
        .select_related("source")
        .defer("data", "contained", "identifiers")[:SHOWN]
    )


def refusals_today(staff: Staff) -> QuerySet[Receipt]:
    """The newest ones since midnight."""
    rows = Receipt.objects.filter(id__gte=first_row_id(_midnight())).order_by("-source_id", "-id")
    return staff.narrow(rows).select_related("source").defer("error")[:SHOWN]


def tasks_refused_today(staff: Staff) -> list[ReadableTask]:
    """The newest ones since midnight that failed, or of which something was refused."""
    rows = Task.objects.filter(
        id__gte=first_row_id(_midnight()), status=TaskStatus.FAILURE, mode=TaskMode.WRITE
    )
    newest = staff.narrow(rows).select_related("source").order_by("-id")[:SHOWN]
    return readable_tasks(list(newest))


def _midnight() -> datetime:
    return timezone.localtime().replace(hour=0, minute=0, second=0, microsecond=0)


def _counted(
    model: Any,
    source_ids: Sequence[int],
    limit: int,
    condition: str = "",
    parameters: Sequence[Any] = (),
) -> dict[int, int]:
    """For each source how many rows there are, up to one more than `limit`."""
    sql = f"""
        SELECT source.id, (
            SELECT count(*) FROM (
                SELECT FROM {model._meta.db_table}
                WHERE source_id = source.id {condition} LIMIT {limit + 1}
            ) AS found
        )
        FROM unnest(%s::bigint[]) AS source (id)
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, list(source_ids)])
        return dict(cursor.fetchall())
