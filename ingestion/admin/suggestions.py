"""Resources that a reference may mean, for an input that suggests some while one types."""

from __future__ import annotations

from operator import itemgetter

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, JsonResponse
from django.urls import URLPattern, path

from ingestion.admin.listing import found_by, listing_of
from ingestion.models import Resource
from ingestion.resource_labels import ResourceLabel, displays_of, resource_labels

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
        return JsonResponse({"found": self._found(request)})

    def _found(self, request: HttpRequest) -> list[dict[str, str]]:
        listing = listing_of(request, self.admin_site)
        text = request.GET.get("q", "").strip()
        if listing is None or not text:
            return []
        profile = listing.profile
        found = suggested(profile.source_id, profile.pk, text, SUGGESTED)
        return sorted(map(as_suggestion, found), key=itemgetter("id"))


def suggested(source_id: int, profile_id: int, text: str, limit: int) -> list[ResourceLabel]:
    """The resources of a profile that a search is for: by their ids first, then by their titles."""
    displays = displays_of([profile_id])
    rows = Resource.objects.filter(source_id=source_id, profile_id=profile_id)
    ids = list(dict.fromkeys(found_by(rows, text, displays.values())))[:limit]
    found = resource_labels([source_id], ids, displays)
    return [found[id] for id in ids if id in found]


def as_suggestion(resource: ResourceLabel) -> dict[str, str]:
    return {"id": resource.public_id, "title": resource.title}
