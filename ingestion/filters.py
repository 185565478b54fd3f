"""Filters of the list of resources."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django_filters import CharFilter, FilterSet


class HasIdentifier(Func):
    """Whether an identifier's parts, joined by colons, equal a text.

    Who has it is asked first, and alone. Beside the other conditions the planner may choose their
    index instead and read a whole profile: after a load, whose size it does not know yet, and in a
    plan that it keeps, where it does not see that the condition of this index holds.
    """

    template = "%(expressions)s]))"
    arg_joiner = """ = ANY (ARRAY(
        SELECT id FROM ingestion_resource
        WHERE identifiers <> '[]'::jsonb AND registrar_identifier_names(identifiers) @> ARRAY["""
    output_field = BooleanField()


class ResourceFilter(FilterSet):  # type: ignore[misc]
    """`identifier` is `<system>:<value>:<use>`, or without use."""

    identifier = CharFilter(method="by_identifier", strip=False)

    def by_identifier(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return with_identifier(rows, value)


def with_identifier(rows: QuerySet[Any], identifier: str) -> QuerySet[Any]:
    """Those resources that have an identifier."""
    return rows.filter(HasIdentifier(F("id"), Value(identifier)))
