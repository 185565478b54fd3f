"""How the staff browse relationships: one list for all of them, with both ends by their titles."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.html import format_html

from ingestion.admin.addresses import tidied
from ingestion.admin.exporting import ExportingAdmin
from ingestion.admin.listing import MOST_FOUND
from ingestion.resource_labels import ResourceLabel
from ingestion.search.scope import Scope
from profiles.admin.lists import UncountedAdmin
from relationships.admin.changelist import RelationshipChangeList
from relationships.admin.listing import ends_found, listing_of
from relationships.admin.selection import selection_of
from relationships.models import Relationship


class BrowsingAdmin(ExportingAdmin, UncountedAdmin):
    list_display = ("from_called", "relates", "to_called", "created_at")
    list_display_links = ("relates",)
    search_fields = ("from_public_id__exact", "to_public_id__exact")
    search_help_text = (
        "Of a resource at either end: the beginning of its id, a whole identifier"
        " (system:value), or a whole title, or each word of it: here case counts. Of a chosen"
        " definition also the beginnings of words in indexed texts."
    )

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return RelationshipChangeList

    def exported_scope(self, request: HttpRequest) -> Scope | None:
        listing = listing_of(request, self.admin_site)
        return listing.scope if listing else None

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        listing = listing_of(request, self.admin_site)
        columns = listing.columns if listing else []
        return (*self.list_display[:3], *columns, *self.list_display[3:])

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """By the resources that are found, since indexes lead from these to relationships."""
        text = search_term.strip()
        if not text:
            return queryset, False
        selection = selection_of(request, self.admin_site)
        listing = listing_of(request, self.admin_site)
        sources, ids = ends_found(request, selection, listing, text)
        if len(ids) >= MOST_FOUND:
            told = f"Only {MOST_FOUND} of the resources that were found are looked at: say more."
            self.message_user(request, told)
        ends = Q(from_resource__in=ids) | Q(to_resource__in=ids)
        return queryset.filter(ends, source_id__in=sources), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        redirect = tidied(request) if request.method == "GET" else None
        return redirect or super().changelist_view(request, extra_context)

    @admin.display(description="from")
    def from_called(self, row: Any) -> str:
        return _linked(row.from_called, row.from_public_id)

    @admin.display(description="to")
    def to_called(self, row: Any) -> str:
        return _linked(row.to_called, row.to_public_id)

    @admin.display(description="relationship")
    def relates(self, row: Relationship) -> str:
        return row.definition.key


def _linked(end: ResourceLabel | None, id: str) -> str:
    if end is None:  # Deleted since the row was read.
        return id
    return format_html(
        '<a href="{}">{}</a> <span class="end-name">{}</span>', end.page, end.text, end.name
    )
