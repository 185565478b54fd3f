"""The list of one profile's resources."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from ingestion.admin_filters import FilterPanel, asked_filters
from ingestion.admin_keyset import KeysetChangeList, read_id, read_time
from ingestion.admin_listing import PROFILE, Listing, listing_of, may_write
from ingestion.admin_sidebar import Sidebar, sidebar
from ingestion.data_filters import PREFIX
from profiles.inputs.building import words
from profiles.models import Profile


class ProfileChangeList(KeysetChangeList):
    columns = {"created_at": read_time, "public_id": read_id}
    own_parameters = (PROFILE,)
    listing: Listing

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = words(self.listing.profile.key)

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        found = listing_of(request, self.model_admin.admin_site)
        assert found is not None, "the admin takes this list for a chosen profile only"
        self.listing, self.request = found, request
        rows = found.of_profile(self.root_queryset)
        self.filters = asked_filters(request, found.properties, rows)
        self.data_names = [name for name in self.filters.filters if name.startswith(PREFIX)]
        # A search finds only so much, so it is among what the filters leave.
        self.root_queryset = rows.none() if self.filters.form.errors else self.filters.qs
        return found.with_columns(super().get_queryset(request, exclude_parameters))

    def all_of_kind(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        return self.listing.of_profile(rows)

    def with_data(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        found: QuerySet[Any] = asked_filters(self.request, self.listing.properties, rows).qs
        return found

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
        return FilterPanel.of(self.listing.properties, self.listing.display, self.filters.form)
