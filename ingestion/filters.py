"""Filters of the list of resources."""

from __future__ import annotations

from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django_filters import CharFilter, FilterSet


class HasIdentifier(Func):
    """Whether an identifier's parts, joined by colons, equal a text."""

    template = "registrar_identifier_names(%(expressions)s]"
    arg_joiner = ") @> ARRAY["
    output_field = BooleanField()


class ResourceFilter(FilterSet):  # type: ignore[misc]
    """`identifier` is `<system>:<value>:<use>`, or without use."""

    identifier = CharFilter(method="by_identifier", strip=False)

    def by_identifier(self, rows: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        return with_identifier(rows, value)


def with_identifier(rows: QuerySet[Any], identifier: str) -> QuerySet[Any]:
    """Those resources that have an identifier. The exclusion is what lets the index be used."""
    return rows.exclude(identifiers=[]).filter(HasIdentifier(F("identifiers"), Value(identifier)))
