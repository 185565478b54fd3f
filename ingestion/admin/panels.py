"""The panels and pages that others have registered, in the admin of resources."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest, HttpResponse

from ingestion.admin.forms import ShapedAdmin, is_json
from ingestion.admin.resource_pages import pages, panels
from profiles.admin.pages import PagesAdmin, RowPage


class PanelAdmin(PagesAdmin, ShapedAdmin):
    def row_pages(self) -> Iterable[RowPage]:
        return pages

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        original = context.get("original")
        if original is not None and not is_json(request):
            site = self.admin_site
            context["panels"] = [
                (panel.template, panel.read(request, site, original)) for panel in panels
            ]
        return super().render_change_form(request, context, *args, **kwargs)
