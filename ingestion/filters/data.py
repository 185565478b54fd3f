"""Filters by what stands in `data`, made from a profile: one set for the API and the admin.

What each asks of `data` is said in `ingestion.filters.conditions`; here is how it is written.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django_filters import Filter

from ingestion.filters.conditions import (
    Circle,
    Contains,
    begins_with,
    contains,
    is_at_least,
    is_at_most,
    is_near,
    is_one_of,
    is_text,
    is_there,
)
from profiles.datatypes.base import DataType, Lookup
from profiles.exact import Json
from profiles.paths import Path, all_paths, find_path, indexed_paths
from profiles.properties import Property
from profiles.values import read_value

PREFIX = "data."
SEPARATOR = "__"
MAX_VALUES = 100
"""Of one `in`: each is a look into the index of its own."""

FLAGS = {"true": True, "false": False}
CIRCLE_FORM = "<latitude>,<longitude>,<metres>"
CIRCLE = re.compile(
    r"(-?[0-9]{1,3}(?:\.[0-9]{1,20})?),(-?[0-9]{1,3}(?:\.[0-9]{1,20})?),"
    r"([0-9]{1,8}(?:\.[0-9]{1,20})?)",
    re.ASCII,
)


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


class BeginningField(forms.Field):
    """Any text: what a value begins with is seldom a value."""

    def clean(self, value: Any) -> str | None:
        return None if value is None else str(value)


class CircleField(forms.Field):
    """`<latitude>,<longitude>,<metres>`."""

    def clean(self, value: Any) -> Circle | None:
        if value is None:
            return None
        match = CIRCLE.fullmatch(str(value))
        circle = Circle.on_earth(*map(float, match.groups())) if match else None
        if circle is None:
            raise refused(f"Must be {CIRCLE_FORM}, in degrees and metres.", CIRCLE_FORM)
        return circle


class DataFilter(Filter):  # type: ignore[misc]
    needs_index: ClassVar[bool] = False
    """Without the index of a marked property it would read the whole list."""
    is_answered: ClassVar[bool] = True
    """Some index tells which rows it leaves."""

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(**options)
        self.path = path
        self.through: Callable[[Any], Any] | None = None
        """Makes the condition one of what the list is about, where that is something else."""

    def filter(self, rows: QuerySet[Any], value: Any) -> QuerySet[Any]:
        """Unlike django-filter's, which takes the empty text for no filter at all."""
        if value is None:
            return rows
        condition = self.condition(value)
        return rows.filter(self.through(condition) if self.through else condition)

    def condition(self, value: Any) -> Any:
        raise NotImplementedError


class TypedFilter(DataFilter):
    """Of a value of the property's type."""

    field_class = TypedField

    def __init__(self, path: Path, **options: Any) -> None:
        super().__init__(path, type=path.element.prop.type, **options)


class EqualFilter(TypedFilter):
    def condition(self, value: Json) -> Contains:
        return contains(self.path, value)


class InFilter(TypedFilter):
    field_class = TypedListField

    def condition(self, values: list[Json]) -> Q:
        return is_one_of(self.path, values)


class AtLeastFilter(TypedFilter):
    needs_index = True

    def condition(self, value: Json) -> Q:
        return is_at_least(self.path, value)


class AtMostFilter(TypedFilter):
    needs_index = True

    def condition(self, value: Json) -> Q:
        return is_at_most(self.path, value)


class SameTextFilter(DataFilter):
    field_class = BeginningField
    needs_index = True

    def condition(self, value: str) -> Q:
        return is_text(self.path, value)


class BeginsFilter(DataFilter):
    field_class = BeginningField
    needs_index = True
    is_folded: ClassVar[bool] = False

    def condition(self, value: str) -> Q:
        return begins_with(self.path, value, is_folded=self.is_folded)


class BeginsFoldedFilter(BeginsFilter):
    is_folded = True


class NearFilter(DataFilter):
    field_class = CircleField
    needs_index = True

    def condition(self, circle: Circle) -> Q:
        return is_near(self.path, circle)


class AbsentFilter(DataFilter):
    field_class = FlagField
    is_answered = False

    def condition(self, is_absent: bool) -> Q:
        there = is_there(self.path)
        return ~there if is_absent else there


FILTERS: Mapping[Lookup, type[DataFilter]] = {
    Lookup.EQUAL: EqualFilter,
    Lookup.IN: InFilter,
    Lookup.AT_LEAST: AtLeastFilter,
    Lookup.AT_MOST: AtMostFilter,
    Lookup.SAME_TEXT: SameTextFilter,
    Lookup.BEGINS: BeginsFilter,
    Lookup.BEGINS_FOLDED: BeginsFoldedFilter,
    Lookup.NEAR: NearFilter,
    Lookup.ABSENT: AbsentFilter,
}


def filter_name(path: Path, lookup: Lookup = Lookup.EQUAL) -> str:
    return f"{PREFIX}{path.text}{SEPARATOR if lookup else ''}{lookup}"


def filter_names(properties: Mapping[str, Property]) -> Iterator[str]:
    """Every filter that there is: what needs an index only where there is to be one."""
    for path, lookup in filters_of(properties):
        yield filter_name(path, lookup)


def filters_of(properties: Mapping[str, Property]) -> Iterator[tuple[Path, Lookup]]:
    marked = {path.text for path in indexed_paths(properties)}
    for path in all_paths(properties):
        for lookup in path.lookups:
            if path.text in marked or not FILTERS[lookup].needs_index:
                yield path, lookup


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
    return FILTERS[Lookup(suffix)](path)
