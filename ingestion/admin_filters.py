"""The filters of a profile's list in the admin: an input for each property, fit for its type."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django_filters import FilterSet

from ingestion.admin_listing import label_of
from ingestion.data_filters import PREFIX, data_filter_set, filter_name
from profiles.datatypes.base import Lookup
from profiles.display import Display
from profiles.inputs.building import property_shape
from profiles.inputs.shapes import LeafShape
from profiles.paths import Path, all_paths
from profiles.properties import Property

PRESENCE = {"": "any", "false": "is there", "true": "is absent"}


def asked_filters(
    request: HttpRequest,
    properties: Mapping[str, Property],
    rows: QuerySet[Any],
    base: type[FilterSet] = FilterSet,
) -> FilterSet:
    """The filter set of what a request asks for. What there is not is an error of its form."""
    names = [name for name in request.GET if name.startswith(PREFIX)]
    filters = data_filter_set(properties, names, base)(request.GET, rows)
    for name in names:
        if name not in filters.filters:
            filters.form.add_error(None, ValidationError(f"There is no filter {name}."))
    return filters


@dataclass(frozen=True, slots=True)
class FilterInput:
    """How one property is filtered by: its value, and whether it is there."""

    label: str
    name: str
    """Empty where only presence can be asked for."""
    text: str
    choices: Mapping[str, str]
    keyboard: str
    presence_name: str
    presence: str
    errors: Sequence[str]

    @property
    def is_used(self) -> bool:
        return bool(self.text or self.presence or self.errors)

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
        cls, properties: Mapping[str, Property], display: Display, form: BaseForm
    ) -> FilterPanel:
        in_columns = {path.text for path in (*display.titled, *display.listed)}
        shown: list[FilterInput] = []
        further: list[FilterInput] = []
        for path in all_paths(properties):
            made = _input(path, form)
            is_shown = path.text in in_columns or made.is_used
            (shown if is_shown else further).append(made)
        return cls(shown, further, [str(error) for error in form.non_field_errors()])

    @property
    def is_used(self) -> bool:
        return any(made.is_used for made in self.shown) or bool(self.faults)


def _input(path: Path, form: BaseForm) -> FilterInput:
    name, presence_name = filter_name(path), filter_name(path, Lookup.ABSENT)
    element = path.element.prop
    shape = property_shape(path.keys[-1], element)
    is_leaf = Lookup.EQUAL in path.lookups and isinstance(shape, LeafShape)
    return FilterInput(
        label=label_of(path),
        name=name if is_leaf else "",
        text=form.data.get(name, ""),
        choices=shape.choices if isinstance(shape, LeafShape) else {},
        keyboard=element.type.keyboard,
        presence_name=presence_name,
        presence=form.data.get(presence_name, ""),
        errors=list(_errors(form, path)),
    )


def _errors(form: BaseForm, path: Path) -> Iterator[str]:
    for lookup in path.lookups:
        yield from map(str, form.errors.get(filter_name(path, lookup), ()))
