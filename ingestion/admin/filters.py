"""The filters of a list in the admin: inputs for each property, fit for its type and its index."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django_filters import Filter, FilterSet

from ingestion.admin.addresses import NEAR_PARTS, near_texts
from ingestion.admin.listing import label_of
from ingestion.filters.data import CIRCLE_FORM, PREFIX, DataFilter, filter_name
from ingestion.search.filtering import data_filters, is_of_profile, unindexed
from ingestion.search.scope import Scope
from profiles.datatypes.base import Lookup
from profiles.display import Display
from profiles.inputs.building import property_shape
from profiles.inputs.shapes import LeafShape
from profiles.paths import Path, all_paths

PRESENCE = {"": "any", "false": "is there", "true": "is absent"}
WORDS: Mapping[Lookup, str] = {
    Lookup.EQUAL: "is",
    Lookup.IN: "one of",
    Lookup.AT_LEAST: "from",
    Lookup.AT_MOST: "to",
    Lookup.SAME_TEXT: "is, in any case",
    Lookup.BEGINS: "begins with, in this case",
    Lookup.BEGINS_FOLDED: "begins with",
}
OF_INDEX = (Lookup.AT_LEAST, Lookup.AT_MOST, Lookup.BEGINS_FOLDED, Lookup.NEAR)
"""What an index is offered for; the others are shown where the address asks for them."""
NEAR_FAULT = "Must be a latitude, a longitude and so many kilometres, like 43.7, -79.4 and 12.5."
NEAR_WORDS = ("latitude", "longitude", "within km")


@dataclass(frozen=True, slots=True)
class AskedFilters:
    """The filter set of what a request asks for, and those of its filters that are by `data`."""

    filters: FilterSet
    by_data: Mapping[str, Filter]

    @property
    def is_refused(self) -> bool:
        return bool(self.filters.form.errors)

    @property
    def is_answered(self) -> bool:
        """An index tells which rows some filter leaves."""
        found = self.by_data.values()
        return any(isinstance(one, DataFilter) and one.is_answered for one in found)

    @property
    def linked(self) -> list[FilterPart]:
        """Filters by what is linked, which only an address asks for: each with its name."""
        form = self.filters.form
        return [
            FilterPart(name, name, form.data[name], is_faulty=name in form.errors)
            for name in self.by_data
            if not name.startswith(PREFIX)
        ]


def asked_filters(
    request: HttpRequest,
    scope: Scope,
    rows: QuerySet[Any],
    unknown: Iterable[str] = (),
    base: type[FilterSet] = FilterSet,
) -> AskedFilters:
    """Filters that do not exist, or would read the whole list, become errors of the form."""
    names = [name for name in request.GET if is_of_profile(name)]
    made = dict(data_filters(scope, names))
    filters = type("DataFilterSet", (base,), {**made})(request.GET, rows)
    for name in (*unknown, *(name for name in names if name not in made)):
        filters.form.add_error(None, ValidationError(f"There is no filter {name}."))
    for fault in unindexed(scope, made):
        filters.form.add_error(fault.path.removeprefix("?"), ValidationError(fault.message))
    return AskedFilters(filters, made)


@dataclass(frozen=True, slots=True)
class FilterPart:
    """One input: the label, and what stands in it."""

    name: str
    word: str
    text: str
    hint: str = ""
    keyboard: str = ""
    is_faulty: bool = False


@dataclass(frozen=True, slots=True)
class FilterInput:
    """How one property is filtered by: its value, its range and so on, and whether it is there."""

    label: str
    name: str
    """Empty where no value can be asked for."""
    text: str
    choices: Mapping[str, str]
    keyboard: str
    further: Sequence[FilterPart]
    presence_name: str
    presence: str
    errors: Sequence[str]

    @property
    def is_used(self) -> bool:
        parts = any(part.text for part in self.further)
        return bool(self.text or self.presence or self.errors or parts)

    @property
    def presences(self) -> Mapping[str, str]:
        return PRESENCE


@dataclass(frozen=True, slots=True)
class FilterPanel:
    shown: Sequence[FilterInput]
    """Of the properties that the list shows, and of those that are filtered by."""
    further: Sequence[FilterInput]
    faults: Sequence[str]

    @classmethod
    def of(
        cls, scope: Scope | None, display: Display, form: BaseForm, prefix: str = ""
    ) -> FilterPanel:
        """`prefix` leads to the properties of the end of a relationship: `from.`"""
        in_columns = {path.text for path in (*display.titled, *display.listed)}
        shown: list[FilterInput] = []
        further: list[FilterInput] = []
        for path in all_paths(scope.properties) if scope else ():
            made = _input(path, form, prefix, is_indexed=path.text in scope.indexed)  # type: ignore[union-attr]
            is_shown = path.text in in_columns or made.is_used
            (shown if is_shown else further).append(made)
        return cls(shown, further, [str(error) for error in form.non_field_errors()])

    @property
    def is_used(self) -> bool:
        return any(made.is_used for made in self.shown) or bool(self.faults)


def _input(path: Path, form: BaseForm, prefix: str, *, is_indexed: bool) -> FilterInput:
    name = prefix + filter_name(path)
    presence_name = prefix + filter_name(path, Lookup.ABSENT)
    element = path.element.prop
    shape = property_shape(path.keys[-1], element)
    is_leaf = Lookup.EQUAL in path.lookups and isinstance(shape, LeafShape)
    return FilterInput(
        label=label_of(path),
        name=name if is_leaf else "",
        text=form.data.get(name, ""),
        choices=shape.choices if isinstance(shape, LeafShape) else {},
        keyboard=element.type.keyboard,
        further=list(_parts(path, form, prefix, is_indexed=is_indexed)),
        presence_name=presence_name,
        presence=form.data.get(presence_name, ""),
        errors=list(_errors(form, path, prefix)),
    )


def _parts(path: Path, form: BaseForm, prefix: str, *, is_indexed: bool) -> Iterator[FilterPart]:
    type = path.element.prop.type
    for lookup in path.lookups:
        name = prefix + filter_name(path, lookup)
        is_asked = bool(form.data.get(name)) and lookup not in (Lookup.EQUAL, Lookup.ABSENT)
        if not is_asked and not (is_indexed and lookup in OF_INDEX):
            continue
        text, is_faulty = form.data.get(name, ""), name in form.errors
        if lookup is Lookup.NEAR:
            for end, word, part in zip(NEAR_PARTS, NEAR_WORDS, near_texts(text), strict=True):
                yield FilterPart(name + end, word, part, is_faulty=is_faulty)
        else:
            keyboard = type.keyboard
            yield FilterPart(name, WORDS[lookup], text, type.hint, keyboard, is_faulty)


def _errors(form: BaseForm, path: Path, prefix: str) -> Iterator[str]:
    for lookup in path.lookups:
        for error in form.errors.get(prefix + filter_name(path, lookup), ()):
            yield NEAR_FAULT if lookup is Lookup.NEAR and CIRCLE_FORM in error else str(error)
