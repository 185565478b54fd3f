"""When relationships were made: the filter of their list that is the same for all of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django_filters import ChoiceFilter, DateFilter, FilterSet

PERIODS = {"today": "today", "week": "past 7 days", "month": "this month"}
DATE_FAULT = "Must be a date like 2026-03-31."


class BrowsingFilter(FilterSet):  # type: ignore[misc]
    """`since` and `until` are days, both of them included."""

    created = ChoiceFilter(
        choices=list(PERIODS.items()),
        method="within",
        error_messages={"invalid_choice": f"Must be one of: {', '.join(PERIODS)}."},
    )
    since = DateFilter(
        method="from_day", input_formats=["%Y-%m-%d"], error_messages={"invalid": DATE_FAULT}
    )
    until = DateFilter(
        method="to_day", input_formats=["%Y-%m-%d"], error_messages={"invalid": DATE_FAULT}
    )

    def within(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        today = timezone.localdate()
        first = {
            "today": today,
            "week": today - timedelta(days=6),
            "month": today.replace(day=1),
        }
        return self.from_day(rows, name, first[value])

    def from_day(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        return rows.filter(created_at__gte=_begin(day))

    def to_day(self, rows: QuerySet[Any], name: str, day: date) -> QuerySet[Any]:
        if day == date.max:
            return rows
        return rows.filter(created_at__lt=_begin(day + timedelta(days=1)))


def _begin(day: date) -> datetime:
    return datetime.combine(day, time.min, timezone.get_current_timezone())
