"""The list of relationships, browsed by what they are and whom they link."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import BigIntegerField, QuerySet, Value
from django.forms import BoundField
from django.http import HttpRequest

from ingestion.admin_filters import FilterPanel, asked_filters
from ingestion.admin_keyset import KeysetChangeList, read_id, read_time
from ingestion.admin_titles import Called, called, displays_of
from ingestion.data_filters import PREFIX
from ingestion.models import Resource
from ingestion.titles import parts
from profiles.access import Role
from profiles.display import Display
from profiles.inputs.building import words
from profiles.staff import staff_of
from relationships.admin_filters import PERIODS, BrowsingFilter
from relationships.admin_listing import Listing, listing_of
from relationships.admin_scope import LABELS, Scope, scope_of

ENDS = {"from": "From, by its id", "to": "To, by its id"}
MOST_KEY = 2**63


def read_key(text: str) -> Value:
    key = int(text)
    if not 0 <= key < MOST_KEY:
        raise ValueError("No row has such a key.")
    return Value(key, output_field=BigIntegerField())


class RelationshipChangeList(KeysetChangeList):
    """Newest first within a definition, as its index is."""

    columns = {
        "source_id": read_key,
        "definition_id": read_key,
        "created_at": read_time,
        "from_public_id": read_id,
        "to_public_id": read_id,
    }
    own_parameters = (*LABELS, *ENDS, *BrowsingFilter.base_filters)
    scope: Scope
    listing: Listing | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = words(self.listing.definition.key) if self.listing else "Relationships"

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        site = self.model_admin.admin_site
        self.request, self.scope = request, scope_of(request, site)
        self.listing = listing_of(request, site)
        rows = self._of_ends(self.scope.narrow(self.root_queryset))
        self.filters = self._asked(rows)
        self.data_names = [name for name in self.filters.filters if name.startswith(PREFIX)]
        is_refused = self.scope.is_refused or self.filters.form.errors
        self.root_queryset = rows.none() if is_refused else self.filters.qs
        found = super().get_queryset(request, exclude_parameters)
        return found if self.listing is None else found.annotate(shown=parts(self.listing.paths))

    def _of_ends(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those with these resources at their ends, told by their whole ids."""
        for name in ENDS:
            if id := self.request.GET.get(name):
                ends = Resource.objects.filter(
                    source_id__in={one.source_id for one in self.scope.chosen},
                    profile_id__in={one.profile_id(name) for one in self.scope.chosen},
                    public_id=id,
                )
                rows = rows.filter(**{f"{name}_resource_id__in": ends.values("id")})
        return rows

    @property
    def end_inputs(self) -> list[tuple[str, str, str]]:
        return [(name, label, self.request.GET.get(name, "")) for name, label in ENDS.items()]

    def _asked(self, rows: QuerySet[Any]) -> Any:
        if self.listing is not None:
            return asked_filters(self.request, self.listing.properties, rows, BrowsingFilter)
        filters = BrowsingFilter(self.request.GET, rows)
        if any(name.startswith(PREFIX) for name in self.request.GET):
            message = "Choose a definition first: properties are those of one."
            filters.form.add_error(None, ValidationError(message))
        return filters

    def all_of_kind(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.scope.narrow(rows)

    def with_data(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = self._asked(rows).qs
        return found

    def get_results(self, request: HttpRequest) -> None:
        """Asks for both ends of the page's rows at once, when it is known which they are."""
        super().get_results(request)
        ends = _called_ends(self.result_list)
        for row in self.result_list:
            row.from_called = ends.get(row.from_resource_id)
            row.to_called = ends.get(row.to_resource_id)

    @cached_property
    def panel(self) -> FilterPanel:
        if self.listing is None:
            return FilterPanel.of({}, Display((), ()), self.filters.form)
        return FilterPanel.of(self.listing.properties, self.listing.display, self.filters.form)

    @property
    def may_write(self) -> bool:
        """Whether the user may add what is listed."""
        source = self.listing.definition.source if self.listing else None
        return staff_of(self.request).may(Role.WRITER, source)

    @property
    def periods(self) -> Mapping[str, str]:
        return PERIODS

    @property
    def days(self) -> list[BoundField]:
        return [self.filters.form["since"], self.filters.form["until"]]

    @property
    def is_narrowed(self) -> bool:
        asked = self.filters.form.data
        return any(asked.get(name) for name in self.own_parameters) or bool(
            self.query or self.panel.is_used
        )


def _called_ends(rows: list[Any]) -> dict[Any, Called]:
    profiles = {
        id for row in rows for id in (row.definition.from_profile_id, row.definition.to_profile_id)
    }
    ids = {id for row in rows for id in (row.from_resource_id, row.to_resource_id)}
    sources = {row.source_id for row in rows}
    return called(sources, ids, displays_of(profiles))
