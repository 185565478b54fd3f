"""The admin itself: its start page, and the search over all sources."""

from __future__ import annotations

from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from config.finding import FOUND, found_resources
from config.home import own_changes, refusals_today, source_cards
from profiles.staff import staff_of


class RegistrarSite(AdminSite):
    site_header = site_title = "Registrar"
    index_title = "Home"
    site_url = "/docs"

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [path("search/", self.admin_view(self.search), name="search"), *super().get_urls()]

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        staff = staff_of(request)
        home = {
            "cards": source_cards(staff),
            "own_changes": own_changes(staff.caller.actor, staff),
            "refusals": refusals_today(staff),
        }
        return super().index(request, {**home, **(extra_context or {})})

    def search(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip().replace("\0", "")
        found = found_resources(text, staff_of(request)) if text else []
        context = {
            **self.each_context(request),
            "title": "Search",
            "text": text,
            "found": found[:FOUND],
            "has_more": len(found) > FOUND,
        }
        return TemplateResponse(request, "registrar/search.html", context)
