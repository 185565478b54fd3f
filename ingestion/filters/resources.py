"""Filters of the list of resources."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.db.models import BooleanField, F, Func, QuerySet, Value
from django_filters import CharFilter, Filter, FilterSet

from ingestion.filters.data import refused
from ingestion.search.orders import TIMES

MOMENT = "a date like 2024-05-31, or a date and time like 2024-05-31T13:30:00Z"


class MomentField(forms.Field):
    """A day means its first moment, or its last if `is_last`."""

    def __init__(self, *, is_last: bool, **options: Any) -> None:
        super().__init__(**options)
        self.is_last = is_last

    def clean(self, value: Any) -> datetime | None:
        if value is None:
            return None
        text = str(value)
        try:
            at = datetime.fromisoformat(text)
            if len(text) == len("2024-05-31"):
                rest = timedelta(days=1, microseconds=-1) if self.is_last else timedelta(0)
                return at.replace(tzinfo=UTC) + rest
            if at.utcoffset() is not None and "T" in text:
                return at.astimezone(UTC)
        except (ValueError, OverflowError):
            pass
        raise refused(f"Must be {MOMENT}.", MOMENT)


class MomentFilter(Filter):  # type: ignore[misc]
    field_class = MomentField


def _times() -> Iterator[tuple[str, MomentFilter]]:
    for name, column in TIMES.items():
        yield f"{name}__gte", MomentFilter(column, "gte", is_last=False)
        yield f"{name}__lte", MomentFilter(column, "lte", is_last=True)


TimesFilter: type[FilterSet] = type(
    "TimesFilter",
    (FilterSet,),
    {"__doc__": "By when a record was made and last changed.", **dict(_times())},
)


class HasIdentifier(Func):
    """Whether an identifier's parts, joined by colons, equal a text.

    The ids that have it are found first, as an array. If it were a plain condition, the planner
    might prefer the index of another one and read a whole profile: after a load, when it does not
    know the size yet, or in a kept plan, in which it cannot see that this partial index applies.
    """

    template = "%(expressions)s]))"
    arg_joiner = """ = ANY (ARRAY(
        SELECT id FROM ingestion_resource
        WHERE identifiers <> '[]'::jsonb AND registrar_identifier_names(identifiers) @> ARRAY["""
    output_field = BooleanField()


class ResourceFilter(TimesFilter):  # type: ignore[misc]
    """`identifier` is `<system>:<value>:<use>`, or without use."""

    identifier = CharFilter(method="by_identifier", strip=False)

    def by_identifier(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return with_identifier(rows, value)


def with_identifier(rows: QuerySet[Any], identifier: str) -> QuerySet[Any]:
    """Those resources that have an identifier."""
    return rows.filter(HasIdentifier(F("id"), Value(identifier)))
