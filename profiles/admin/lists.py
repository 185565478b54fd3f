"""Lists of the admin: what to filter by, and how large tables are listed without counting them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin import ShowFacets
from django.contrib.admin.helpers import ActionForm
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Paginator
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from profiles.access import Role
from profiles.models import Definition, Profile, Source
from profiles.staff import staff_of

LAST_PAGE = 1_000
"""Pages beyond are not served: each would cost more than the one before. Filters lead there."""


class SourceFilter(admin.SimpleListFilter):
    title = "source"
    parameter_name = "source"
    sources: ClassVar[Any] = Source.objects

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        seen = staff_of(request).narrow(self.sources.all(), by="id")
        return [(key, key) for key in seen.values_list("key", flat=True)]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """By a subquery and not by a join, so that an index gives the order of the list."""
        if self.value() is None:
            return queryset
        return queryset.filter(source_id=self.sources.filter(key=self.value()).values("id")[:1])


class SourceOfHistoryFilter(SourceFilter):
    sources = Source.with_retired


class KeyFilter(admin.SimpleListFilter):
    """By what has a key in a source, written as `<source>/<key>`; by that of the chosen source, if
    one is."""

    parameter_name: str
    model: type[Model]
    role: ClassVar[Role] = Role.READER
    """The role in a source of whoever may see what has a key in it."""

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        every = self.model._default_manager.order_by("source__key", "key")
        rows = staff_of(request).narrow(every, self.role)
        if source := request.GET.get(SourceFilter.parameter_name):
            rows = rows.filter(source__key=source)
        names = rows.values_list("source__key", "key")
        return [(f"{source}/{key}", f"{source} / {key}") for source, key in names]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset
        source, _, key = value.partition("/")
        chosen = self.model._default_manager.filter(source__key=source, key=key)
        return queryset.filter(**self.conditions(chosen))

    def conditions(self, chosen: QuerySet[Any]) -> dict[str, Any]:
        """Of the rows that belong to the chosen one."""
        return {f"{self.parameter_name}_id": chosen.values("id")[:1]}


class DefinitionFilter(KeyFilter):
    model: type[Definition]

    def conditions(self, chosen: QuerySet[Any]) -> dict[str, Any]:
        """Indexes begin with the source."""
        return {"source_id": chosen.values("source_id")[:1], **super().conditions(chosen)}


class ProfileFilter(DefinitionFilter):
    title = "profile"
    parameter_name = "profile"
    model = Profile


class UncountedPaginator(Paginator):  # type: ignore[type-arg]
    """Looks no further than one row behind the asked page."""

    def __init__(self, rows: QuerySet[Any], per_page: int, page: int) -> None:
        super().__init__(rows, per_page)
        self.seen = min(max(page, 1) * per_page + 1, LAST_PAGE * per_page)

    @cached_property
    def count(self) -> int:
        rows: Any = self.object_list
        return int(rows[: self.seen].count())

    @property
    def has_more(self) -> bool:
        """There are more rows than `count`, though nobody knows how many."""
        return self.count == self.seen


class LeanChangeList(ChangeList):
    """Fetches only the columns that a list shows: not those that the admin class defers."""

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        deferred = self.model_admin.deferred_in_list  # type: ignore[attr-defined]
        return super().get_queryset(request, exclude_parameters).defer(*deferred)


class UncountedChangeList(LeanChangeList):
    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        self.full_result_count = self.result_count  # Else the search box tells a false number.


class PageActionForm(ActionForm):
    """Acts on the rows of a page: of all across pages nobody knows how many there are."""

    def clean_select_across(self) -> bool:
        return False


class UncountedAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The list of a table that may be large.

    Never counted, and sorted only as an index is: a list of a million rows costs what its page
    does. `ordering` names the columns of that index.
    """

    deferred_in_list: ClassVar[Sequence[str]] = ()
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_per_page = 50
    list_max_show_all = 0
    sortable_by = ()
    action_form = PageActionForm
    offers_all_rows = False  # Read by templates/admin/actions.html: nobody counted them.

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return UncountedChangeList

    def get_paginator(
        self,
        request: HttpRequest,
        queryset: QuerySet[Any],
        per_page: int,
        *args: Any,
        **kwargs: Any,
    ) -> UncountedPaginator:
        asked = request.GET.get(PAGE_VAR, "")
        page = int(asked) if asked.isdecimal() and len(asked) < 10 else 1
        return UncountedPaginator(queryset, per_page, page)


def names(rows: Iterable[object], limit: int = 100) -> list[str]:
    """The rows by name, for a page that asks whether to delete them."""
    shown = [str(row) for row in rows]
    further = len(shown) - limit
    return shown if further <= 0 else [*shown[:limit], f"… and {further} more"]
