"""The list of one profile's resources."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from ingestion.admin.filters import FilterPanel, asked_filters
from ingestion.admin.keyset import KeysetChangeList
from ingestion.admin.listing import PROFILE, ProfileListing, listing_of, may_write
from ingestion.admin.sidebar import Sidebar, sidebar
from ingestion.admin.sorting import asked_order
from ingestion.search.scope import Scope
from profiles.inputs.building import words
from profiles.models import Profile


class ProfileChangeList(KeysetChangeList):
    choosing = (PROFILE,)
    listing: ProfileListing

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = words(self.listing.profile.key)

    def collected(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found = listing_of(self.request, self.model_admin.admin_site)
        assert found is not None, "the admin takes this list for a chosen profile only"
        self.listing = found
        return found.of_profile(rows)

    def narrowed(self) -> QuerySet[Any]:
        scope = self.listing.scope
        self.id_columns, self.listed = scope.id_columns, scope.name
        self.order = asked_order(self.request, scope, is_told=not self.problem)
        asked = asked_filters(self.request, scope, scope.rows, self.unknown_parameters())
        self.filters, self.linked = asked.filters, asked.linked
        self.among = scope.rows if asked.is_answered else None
        return scope.rows if self.is_refused else self.filters.qs

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.listing.with_columns(rows)

    @property
    def is_refused(self) -> bool:
        return super().is_refused or bool(self.filters.form.errors)

    @property
    def searched(self) -> Scope | None:
        return self.listing.scope

    @property
    def may_write(self) -> bool:
        return may_write(self.request, self.listing)

    @property
    def display_page(self) -> str | None:
        """Where its columns are chosen, for whoever may."""
        profile = self.listing.profile
        profiles = self.model_admin.admin_site.get_model_admin(Profile)
        if not profiles.has_change_permission(self.request, profile):
            return None
        return reverse("admin:profiles_profile_display", args=[profile.pk])

    @cached_property
    def sidebar(self) -> Sidebar:
        return sidebar(self.request, self.model_admin.admin_site)

    @cached_property
    def panel(self) -> FilterPanel:
        return FilterPanel.of(self.listing.scope, self.listing.display, self.filters.form)
