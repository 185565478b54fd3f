"""Filters by what stands in `data`, made from a profile: one set for the API and the admin.

They are made of expressions, so no property key is ever part of a lookup or of SQL. Equality and
`in` are containment (`@>`), which the GIN index on `data` answers and which pins the JSON type; it
compares numbers as numbers, so 1.10 equals 1.1. Through an array, any element will do.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, Value
from django_filters import Filter, FilterSet

from profiles.datatypes.base import DataType, Lookup
from profiles.exact import Json
from profiles.fields import ExactJSONField
from profiles.paths import Path, all_paths, find_path, placed
from profiles.properties import ELEMENT, Property
from profiles.values import read_value

PREFIX = "data."
SEPARATOR = "__"
MAX_VALUES = 100
"""Of one `in`: each is a look into the index of its own."""

FLAGS = {"true": True, "false": False}


class Contains(Func):
    """Whether `data` has all that a document has."""

    template = "%(expressions)s"
    arg_joiner = " @> "
    output_field = BooleanField()

    def __init__(self, document: Json) -> None:
        super().__init__(F("data"), Value(document, output_field=ExactJSONField()))


class Leads(Func):
    """Whether a path leads to anything in `data`."""

    template = "jsonb_path_exists(%(expressions)s::jsonpath)"
    output_field = BooleanField()

    def __init__(self, *place: str) -> None:
        steps = ("[*]" if step == ELEMENT else f'."{step}"' for step in place)
        text = f"${''.join(steps)}"
        super().__init__(F("data"), Value(text, output_field=TextField()))


class TypedField(forms.Field):
    """A text that stands for a value. Absent is None; the empty text is a text like any other."""

    def __init__(self, *, type: DataType, **options: Any) -> None:
        super().__init__(**options)
        self.type = type

    def clean(self, value: Any) -> Any:
        return None if value is None else self.read(str(value))

    def read(self, text: str) -> Json:
        value, faults = read_value(self.type, text)
        if faults:
            raise refused(faults[0].message, faults[0].expected)
        return value


class TypedListField(TypedField):
    """Values with commas between them. As in CSV (RFC 4180), one in double quotes may hold any."""

    def read(self, text: str) -> Json:
        try:
            rows = list(csv.reader([text], strict=True))
        except csv.Error:
            raise refused("Must be values with commas between them, as in CSV.") from None
        texts = rows[0] if rows else []
        if not 1 <= len(texts) <= MAX_VALUES:
            raise refused(f"Must be 1 to {MAX_VALUES} values.", {"min": 1, "max": MAX_VALUES})
        return [super(TypedListField, self).read(text) for text in texts]


class FlagField(forms.Field):
    def clean(self, value: Any) -> bool | None:
        if value is not None and value not in FLAGS:
            raise refused(f"Must be one of: {', '.join(FLAGS)}.", list(FLAGS))
        return None if value is None else FLAGS[value]


def refused(message: str, expected: object = None) -> ValidationError:
    return ValidationError(message, params={"expected": expected})


class DataFilter(Filter):  # type: ignore[misc]
    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(**options)
        self.path = path

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Unlike django-filter's, which takes the empty text for no filter at all."""
        return rows if value is None else rows.filter(self.condition(value))

    def condition(self, value: Any) -> Any:
        raise NotImplementedError

    def containing(self, value: Json) -> Contains:
        return Contains(placed(self.path.element.place, value))


class EqualFilter(DataFilter):
    field_class = TypedField

    def condition(self, value: Json) -> Contains:
        return self.containing(value)


class InFilter(DataFilter):
    """Alternatives, and not `= ANY`, for which no GIN index is used."""

    field_class = TypedListField

    def condition(self, values: list[Json]) -> Q:
        return reduce(or_, (Q(self.containing(value)) for value in values))


class AbsentFilter(DataFilter):
    """Read from no index: absence stands in none."""

    field_class = FlagField

    def condition(self, is_absent: bool) -> Q:
        there = Q(Leads(*self.path.place))
        return ~there if is_absent else there


FILTERS: Mapping[Lookup, type[DataFilter]] = {
    Lookup.EQUAL: EqualFilter,
    Lookup.IN: InFilter,
    Lookup.ABSENT: AbsentFilter,
}


def filter_name(path: Path, lookup: Lookup = Lookup.EQUAL) -> str:
    return f"{PREFIX}{path.text}{SEPARATOR if lookup else ''}{lookup}"


def filter_names(properties: Mapping[str, Property]) -> Iterator[str]:
    """Every filter that there is."""
    for path in all_paths(properties):
        for lookup in path.lookups:
            yield filter_name(path, lookup)


def ask_the_index(names: Iterable[str]) -> bool:
    """Whether the index tells which rows one of these filters leaves."""
    return any(not name.endswith(f"{SEPARATOR}{Lookup.ABSENT}") for name in names)


def names_beside(properties: Mapping[str, Property], name: str) -> list[str]:
    """The filters of the same path; none where there is no such path."""
    path = find_path(properties, name.removeprefix(PREFIX).partition(SEPARATOR)[0])
    return [] if path is None else [filter_name(path, lookup) for lookup in path.lookups]


def data_filter(properties: Mapping[str, Property], name: str) -> DataFilter | None:
    """The filter of a name; None where there is none."""
    text, _, suffix = name.removeprefix(PREFIX).partition(SEPARATOR)
    path = find_path(properties, text) if name.startswith(PREFIX) else None
    if path is None or name not in [filter_name(path, lookup) for lookup in path.lookups]:
        return None
    lookup = Lookup(suffix)
    options = {} if lookup is Lookup.ABSENT else {"type": path.element.prop.type}
    return FILTERS[lookup](path, **options)


def data_filter_set(
    properties: Mapping[str, Property],
    names: Iterable[str],
    base: type[FilterSet] = FilterSet,
) -> type[FilterSet]:
    """The filter set of a profile, with the filters of these names as far as there are any.

    Made for one request and with its filters only: a profile may have a thousand.
    """
    found = {name: data_filter(properties, name) for name in names}
    filters = {name: made for name, made in found.items() if made is not None}
    return type("DataFilterSet", (base,), filters)
