"""The list of relationships, browsed by what they are and whom they link."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import BoundField

from ingestion.admin.filters import FilterPanel, asked_filters
from ingestion.admin.keyset import KeysetChangeList
from ingestion.admin.sorting import SORT, asked_order
from ingestion.models import Resource
from ingestion.resource_labels import ResourceLabel, displays_of, resource_labels
from ingestion.search.filtering import is_of_profile
from ingestion.search.orders import DEFAULT, Order
from ingestion.search.pages import FoundPage
from ingestion.search.rarity import Fragment
from ingestion.search.scope import Scope
from ingestion.titles import parts
from profiles.access import Role
from profiles.display import Display
from profiles.inputs.building import words
from profiles.staff import staff_of
from relationships.admin.filters import PERIODS, BrowsingFilter
from relationships.admin.listing import DefinitionListing, listing_of
from relationships.admin.selection import LABELS, Selection, selection_of
from relationships.models import Relationship

ENDS = {"from": "From, by its id", "to": "To, by its id"}
OF_ALL = Order(DEFAULT, "bigint", Fragment("source_id"))
"""Newest first within a definition, as the index of all relationships is."""
OF_ALL_IDS = ("definition_id", "created_at", "from_public_id", "to_public_id")


class RelationshipChangeList(KeysetChangeList):
    choosing = tuple(LABELS)
    own = (*ENDS, *BrowsingFilter.base_filters)
    selection: Selection
    listing: DefinitionListing | None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = words(self.listing.definition.key) if self.listing else "Relationships"

    def collected(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        site = self.model_admin.admin_site
        self.selection = selection_of(self.request, site)
        self.listing = listing_of(self.request, site)
        return self.selection.narrow(rows)

    def narrowed(self) -> QuerySet[Any]:
        rows = self.selection.narrow(staff_of(self.request).narrow(Relationship.objects.all()))
        self._put_in_order()
        is_answered = self._filter(self._of_ends(rows))
        is_narrowed = any(self.request.GET.get(name) for name in self.own)
        is_walked = self.order.bare_name == "createdAt" and not self._asks_for_ends
        self.among = rows if is_answered or (is_narrowed and not is_walked) else None
        return rows if self.is_refused else self.filters.qs

    def _put_in_order(self) -> None:
        if self.listing is not None:
            scope = self.listing.scope
            self.id_columns, self.listed = scope.id_columns, scope.name
            self.order = asked_order(self.request, scope, is_told=not self.problem)
            return
        self.order, self.id_columns, self.listed = OF_ALL, OF_ALL_IDS, "relationships"
        if self.request.GET.get(SORT, DEFAULT) != DEFAULT and not self.problem:
            messages.error(self.request, "Not sorted: choose a definition first.")

    def _filter(self, rows: QuerySet[Any]) -> bool:
        """Whether an index tells which rows are left."""
        if self.listing is not None:
            unknown = self.unknown_parameters()
            asked = asked_filters(self.request, self.listing.scope, rows, unknown, BrowsingFilter)
            self.filters = asked.filters
            return asked.is_answered
        self.filters = BrowsingFilter(self.request.GET, rows)
        for name in self.unknown_parameters():
            self.filters.form.add_error(None, ValidationError(f"There is no filter {name}."))
        if any(is_of_profile(name) for name in self.request.GET):
            message = "Choose a definition first: properties are those of one."
            self.filters.form.add_error(None, ValidationError(message))
        return False

    @property
    def _asks_for_ends(self) -> bool:
        return any(self.request.GET.get(name) for name in ENDS)

    @property
    def is_refused(self) -> bool:
        is_faulty = self.selection.is_refused or bool(self.filters.form.errors)
        return super().is_refused or is_faulty

    @property
    def searched(self) -> Scope | None:
        return self.listing.scope if self.listing else None

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return rows.annotate(shown=parts(self.listing.paths)) if self.listing else rows

    def _of_ends(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those with these resources at their ends, told by their whole ids."""
        for name in ENDS:
            if id := self.request.GET.get(name):
                ends = Resource.objects.filter(
                    source_id__in={one.source_id for one in self.selection.chosen},
                    profile_id__in={one.profile_id(name) for one in self.selection.chosen},
                    public_id=id,
                )
                rows = rows.filter(**{f"{name}_resource_id__in": ends.values("id")})
        return rows

    @property
    def end_inputs(self) -> list[tuple[str, str, str]]:
        return [(name, label, self.request.GET.get(name, "")) for name, label in ENDS.items()]

    def _rows(self, found: FoundPage) -> list[Any]:
        """Asks for both ends of the page's rows at once, when it is known which they are."""
        rows = super()._rows(found)
        ends = _called_ends(rows, self.listing)
        for row in rows:
            row.from_called = ends.get(row.from_resource_id)
            row.to_called = ends.get(row.to_resource_id)
        return rows

    @cached_property
    def panel(self) -> FilterPanel:
        if self.listing is None:
            return FilterPanel.of(None, Display((), ()), self.filters.form)
        return FilterPanel.of(self.listing.scope, self.listing.display, self.filters.form)

    @cached_property
    def end_panels(self) -> list[tuple[str, str, FilterPanel]]:
        """Of each end: what it is called, its profile, and the filters by its properties."""
        if self.listing is None:
            return []
        ends = self.listing.scope.related.items()
        form, nothing = self.filters.form, Display((), ())
        return [
            (end, scope.collection, FilterPanel.of(scope, nothing, form, f"{end}."))
            for end, scope in ends
        ]

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
        panels = (self.panel, *(panel for _, _, panel in self.end_panels))
        return any(asked.get(name) for name in (*self.choosing, *self.own)) or bool(
            self.query or any(panel.is_used for panel in panels)
        )


def _called_ends(rows: list[Any], listing: DefinitionListing | None) -> dict[Any, ResourceLabel]:
    if not rows:
        return {}
    profiles = {
        id for row in rows for id in (row.definition.from_profile_id, row.definition.to_profile_id)
    }
    ids = {id for row in rows for id in (row.from_resource_id, row.to_resource_id)}
    sources = {row.source_id for row in rows}
    return resource_labels(sources, ids, listing.displays if listing else displays_of(profiles))
