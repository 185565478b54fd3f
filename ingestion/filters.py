"""Filters of the list of resources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, F, Func, QuerySet, Value
from django_filters import CharFilter, FilterSet
from rest_framework.request import Request

from ingestion.data_filters import (
    PREFIX,
    ask_the_index,
    data_filter_set,
    filter_names,
    names_beside,
)
from profiles.api.parameters import bad_parameter, filtered, form_faults, refuse_parameters
from profiles.faults import Fault
from profiles.properties import Property

DATA_PARAMETER = f"{PREFIX}<path>"
"""How the filters by `data` are called where the profile is not known."""

SHOWN_NAMES = 20


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


@dataclass(frozen=True, slots=True)
class Filtered:
    """The rows that are asked for, and where the index on `data` can tell, those among which."""

    rows: QuerySet[Any]
    among: QuerySet[Any] | None = None


def filtered_by_data(
    request: Request,
    base: type[FilterSet],
    properties: Mapping[str, Property],
    rows: QuerySet[Any],
) -> Filtered:
    """The rows that a request asks for, by the filters of `base` and those by `data`.

    Raises `Refused` with every fault of either.
    """
    names = [name for name in request.query_params if name.startswith(PREFIX)]
    if not names:
        return Filtered(filtered(request, base, rows))
    filters = data_filter_set(properties, names, base)
    unknown = [name for name in names if name not in filters.base_filters]
    filter_set = filters(request.query_params, rows)
    refuse_parameters([*unknown_filters(properties, unknown), *form_faults(filter_set.form)])
    return Filtered(filter_set.qs, rows if ask_the_index(names) else None)


def unknown_filters(properties: Mapping[str, Property], names: list[str]) -> Iterator[Fault]:
    """What there is instead: all of it is told once, since a profile may have a thousand."""
    for index, name in enumerate(names):
        there = names_beside(properties, name) or list(filter_names(properties))
        shown = ", ".join(there[:SHOWN_NAMES]) or "none"
        more = f" … and {len(there) - SHOWN_NAMES} more" if len(there) > SHOWN_NAMES else ""
        message = f"Is not known. There are: {shown}{more}."
        yield bad_parameter(name, message, expected=there if index == 0 else None)
