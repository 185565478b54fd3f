"""Filters of the list of relationships."""

from __future__ import annotations

from django import forms
from django_filters import Filter, FilterSet

from ingestion.filters.data import refused
from ingestion.filters.resources import TimesFilter
from profiles.names import is_id

ENDS = ("from", "to")


class IdField(forms.Field):
    def clean(self, value: str | None) -> str | None:
        if value is not None and not is_id(value):
            raise refused("Must be an id.")
        return value


class IdFilter(Filter):  # type: ignore[misc]
    field_class = IdField


RelationshipFilter: type[FilterSet] = type(
    "RelationshipFilter",
    (TimesFilter,),
    {
        "__doc__": "By the ids of the ends. Made by `type`, since `from` is a word of Python.",
        "from": IdFilter("from_public_id"),
        "to": IdFilter("to_public_id"),
    },
)
