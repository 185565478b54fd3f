"""The panels and pages that others have registered, in the admin of resources."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from ingestion.admin_forms import ShapedAdmin, is_json
from ingestion.models import Resource
from ingestion.resource_pages import ResourcePage, pages, panels


class PanelAdmin(ShapedAdmin):
    def get_urls(self) -> list[URLPattern]:
        return [*(self._url_of(page) for page in pages), *super().get_urls()]

    def _url_of(self, page: ResourcePage) -> URLPattern:
        view = self.admin_site.admin_view(partial(self._page_view, page))
        name = f"{self.opts.app_label}_{self.opts.model_name}_{page.name}"
        return path(f"<path:object_id>/{page.name}/", view, name=name)

    def _page_view(self, page: ResourcePage, request: HttpRequest, object_id: str) -> HttpResponse:
        resource: Resource | None = self.get_object(request, object_id)
        if resource is None:
            answer: HttpResponse = self._get_obj_does_not_exist_redirect(  # type: ignore[attr-defined]
                request, self.opts, object_id
            )
            return answer
        if not self.has_view_permission(request, resource):
            raise PermissionDenied
        return page.view(request, self.admin_site, resource)

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
