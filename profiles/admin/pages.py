"""Pages that other apps add to the pages of rows.

Those apps know these rows, but not the other way round, so they register when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from django.contrib.admin import AdminSite
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from profiles.admin.access import SourceBoundAdmin
from profiles.admin.missing import no_such_row
from profiles.models import Definition


class RowPage(Protocol):
    """A page beside the form of a row, for whoever may look at that row."""

    @property
    def name(self) -> str: ...

    @property
    def view(self) -> Callable[[HttpRequest, AdminSite, Any], HttpResponse]: ...


@dataclass(frozen=True, slots=True)
class DefinitionPage:
    """A page of each definition of one kind."""

    model: type[Definition]
    name: str
    view: Callable[[HttpRequest, AdminSite, Any], HttpResponse]


definition_pages: list[DefinitionPage] = []


class PagesAdmin(SourceBoundAdmin):
    def row_pages(self) -> Iterable[RowPage]:
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        return [*(self._url_of(page) for page in self.row_pages()), *super().get_urls()]

    def _url_of(self, page: RowPage) -> URLPattern:
        view = self.admin_site.admin_view(partial(self._page_view, page))
        name = f"{self.opts.app_label}_{self.opts.model_name}_{page.name}"
        return path(f"<path:object_id>/{page.name}/", view, name=name)

    def _page_view(self, page: RowPage, request: HttpRequest, object_id: str) -> HttpResponse:
        row = self.get_object(request, object_id)
        if row is None:
            return no_such_row(self, request, object_id)
        if not self.has_view_permission(request, row):
            raise PermissionDenied
        return page.view(request, self.admin_site, row)


class DefinitionPagesAdmin(PagesAdmin):
    def row_pages(self) -> Iterable[RowPage]:
        return [page for page in definition_pages if page.model is self.model]
