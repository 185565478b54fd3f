"""Resources that a reference may mean, for an input that suggests some while one types."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path

from ingestion.admin_listing import listing_of
from profiles.display import title_of

SUGGESTED = 10
FINDS = "ingestion_resource_found"


class SuggestingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.found_view)
        return [path("found/", view, name=FINDS), *super().get_urls()]

    def found_view(self, request: HttpRequest) -> JsonResponse:
        """The ids and titles of what `q` finds in the list of `?profile=<source>/<key>`."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return JsonResponse({"found": list(self._found(request))})

    def _found(self, request: HttpRequest) -> list[dict[str, Any]]:
        listing = listing_of(request, self.admin_site)
        text = request.GET.get("q", "").strip()
        if listing is None or not text:
            return []
        rows = listing.of_profile(self.get_queryset(request))
        keys = listing.found(rows, text)[:SUGGESTED]
        shown = listing.with_columns(rows.filter(pk__in=keys)).order_by("public_id")
        titled = len(listing.display.titled)
        return [
            {"id": row.public_id, "title": title_of(listing.display, row.shown[:titled])}
            for row in shown.defer("data", "contained", "identifiers")
        ]
