"""Filters of the list of relationships."""

from __future__ import annotations

from django_filters import CharFilter, FilterSet

RelationshipFilter: type[FilterSet] = type(
    "RelationshipFilter",
    (FilterSet,),
    {
        "__doc__": "By the ids of the ends. Made by `type`, since `from` is a word of Python.",
        "from": CharFilter(field_name="from_public_id"),
        "to": CharFilter(field_name="to_public_id"),
    },
)
