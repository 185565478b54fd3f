"""Resources that may stand at an end of a relationship, as suggestions while one types."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, path

from ingestion.admin.suggestions import as_suggestion, suggested
from ingestion.resource_labels import ResourceLabel
from profiles.admin.access import SourceBoundAdmin
from relationships.admin.selection import SeenDefinition, selection_of

SUGGESTED = 20


class EndsAdmin(SourceBoundAdmin):
    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.ends_view)
        own = path("ends/", view, name="relationships_relationship_ends")
        return [own, *super().get_urls()]

    def ends_view(self, request: HttpRequest) -> HttpResponse:
        """Of the profile that the definition allows at the side that the address names."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        definition = selection_of(request, self.admin_site).definition
        text = request.GET.get("q", "").strip()
        side = request.GET.get("side", "")
        is_asked = definition is not None and text and side in ("from", "to")
        ends = suggested_ends(definition, side, text) if is_asked and definition else []
        found = list(map(as_suggestion, ends))
        return JsonResponse({"ends": found, "profile": _profile_key(definition, side)})


def suggested_ends(definition: SeenDefinition, side: str, text: str) -> list[ResourceLabel]:
    return suggested(definition.source_id, definition.profile_id(side), text, SUGGESTED)


def _profile_key(definition: Any, side: str) -> str:
    if definition is None:
        return ""
    key: str = definition.from_key if side == "from" else definition.to_key
    return key
