"""Change lists whose pages go on behind a row. Nothing is counted, unless somebody asks.

Rows are found as the API finds them (`ingestion.search`), and shown as Django shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin.views.main import ERROR_FLAG, IGNORED_PARAMS, PAGE_VAR, SEARCH_VAR
from django.core.exceptions import EmptyResultSet
from django.db import DEFAULT_DB_ALIAS
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest

from ingestion.admin.sorting import SORT, Heading, headings_of, sort_choices
from ingestion.exporting.records import ExportFormat
from ingestion.search.filtering import is_of_profile
from ingestion.search.orders import DEFAULT, SYSTEM_ORDERS, Order
from ingestion.search.pages import FoundPage, Search, find
from ingestion.search.scope import Scope
from ingestion.search.time_limit import searching
from profiles.admin.lists import LeanChangeList
from profiles.api.cursors import Cursor, read_cursor, write_cursor
from profiles.faults import Refused

AFTER, BEFORE, COUNT = "after", "before", "count"
PAGES = (AFTER, BEFORE, COUNT)
EXPORT = "export"
"""The parameter that asks for all of the list as a file, in one of its formats."""

SOURCE = RawSQL("source_id::text AS of_source", [])
"""In place of a row's text: keys lead to rows together with their source. By a name of its own, or
lists would be sorted by the text."""


class KeysetChangeList(LeanChangeList):
    """Django's, but for how it pages, sorts, counts and filters."""

    choosing: ClassVar[Sequence[str]]
    """The parameters that say of which collections the records are."""
    own: ClassVar[Collection[str]] = ()
    """Those of filters that are not by `data`."""
    request: HttpRequest
    order: Order
    id_columns: Sequence[str]
    listed: str
    """The name of the list, which its positions are signed for."""
    among: QuerySet[Any] | None = None
    """As that of a `Search`."""
    problem: str = ""
    """Why nothing was looked for."""
    rows: QuerySet[Any] | None = None
    """What is asked for, without joins; None where that has a fault."""
    count: int | None = None
    has_next = has_previous = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        try:
            with searching(DEFAULT_DB_ALIAS, is_plain=not self._is_limited):
                super().__init__(request, *args, **kwargs)
        except Refused as refused:
            self.problem = refused.message
            messages.error(request, refused.message)
            super().__init__(request, *args, **kwargs)

    def collected(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows of the profiles or definitions that are listed."""
        raise NotImplementedError

    def narrowed(self) -> QuerySet[Any]:
        """The rows that the filters leave, without joins. Sets `order` and what belongs to it."""
        raise NotImplementedError

    def shown(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Rows with what their line shows."""
        raise NotImplementedError

    @property
    def is_refused(self) -> bool:
        """What was asked for has a fault, so nothing is looked for."""
        return bool(self.problem)

    @property
    def searched(self) -> Scope | None:
        """The scope of the list; None if it is of several profiles or definitions."""
        raise NotImplementedError

    @cached_property
    def sorts(self) -> Mapping[str, str]:
        """The orders that there are, and what people read for them."""
        return sort_choices(self.searched)

    @property
    def sort(self) -> str:
        return "" if self.order.name == DEFAULT else self.order.name

    @cached_property
    def headings(self) -> list[Heading]:
        return headings_of(self, self.order.name, {DEFAULT, *self.sorts})

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        """None of Django's own: whatever there is, is a filter of ours."""
        return {}

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        """All of what is listed: those that an action is for are told by their keys."""
        self.filter_specs, self.has_filters, self.has_active_filters = [], False, False
        return self.collected(self.root_queryset)

    def get_results(self, request: HttpRequest) -> None:
        rows = self.rows = self._asked()
        self.result_list = [] if rows is None else self._page(rows)
        if COUNT in request.GET and rows is not None:
            self.count = rows.count()
        self.result_count = self.full_result_count = len(self.result_list)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        for name in PAGES:  # A search begins anew, and so does a filter.
            self.params.pop(name, None)
            self.filter_params.pop(name, None)

    def _asked(self) -> QuerySet[Any] | None:
        """The rows that are asked for; None where that has a fault."""
        rows = self.narrowed()
        if self.is_refused:
            return None
        if self.query:  # It finds only so much, so it is among what the filters leave.
            rows, _ = self.model_admin.get_search_results(self.request, rows, self.query)
        return rows

    def _page(self, rows: QuerySet[Any]) -> list[Any]:
        """The rows of the page, and whether there are some before and after it."""
        name = next((name for name in (AFTER, BEFORE) if name in self.request.GET), None)
        position = self._position(self.request.GET[name]) if name else None
        if name and position is None:
            messages.error(self.request, "There is no such page: this is the first.")
        is_backwards = name == BEFORE and position is not None
        self.found = self._find(rows, position, is_backwards=is_backwards)
        has_more = self.found.has_more
        self.has_next = is_backwards or has_more
        self.has_previous = has_more if is_backwards else position is not None
        return self._rows(self.found)

    def _find(
        self, rows: QuerySet[Any], position: Cursor | None, *, is_backwards: bool
    ) -> FoundPage:
        search = Search(
            rows=rows,
            id_columns=self.id_columns,
            wire=SOURCE,
            order=self.order,
            limit=self.list_per_page,
            after=position,
            is_backwards=is_backwards,
            among=None if self.query else self.among,
            is_few=bool(self.query),
            is_plain=self._is_plain or self._is_limited,
        )
        try:
            return find(search)
        except EmptyResultSet:
            return FoundPage()

    def _rows(self, found: FoundPage) -> list[Any]:
        deferred = self.model_admin.deferred_in_list  # type: ignore[attr-defined]
        sources = {int(text) for text in found.texts}
        rows = self.root_queryset.filter(source_id__in=sources, pk__in=found.row_ids)
        by_id = {row.pk: row for row in self.shown(rows).defer(*deferred).order_by()}
        return [by_id[id] for id in found.row_ids if id in by_id]

    def _position(self, text: str) -> Cursor | None:
        cursor = read_cursor(text, self.listed, Cursor)
        asked = (self.order.name, self.order.cast)
        return cursor if cursor and (cursor.order, cursor.cast) == asked else None

    def _at(self, name: str, cursor: Cursor | None) -> str:
        if cursor is None:
            return self.first_page
        return self.get_query_string({name: write_cursor(cursor, self.listed)})

    @property
    def next_page(self) -> str | None:
        return self._at(AFTER, self.found.last) if self.has_next and self.result_list else None

    @property
    def previous_page(self) -> str | None:
        return self._at(BEFORE, self.found.first) if self.has_previous else None

    @property
    def first_page(self) -> str:
        return self.get_query_string()

    @property
    def counted_page(self) -> str:
        return self.get_query_string({COUNT: "1"})

    @property
    def exports(self) -> Mapping[str, str]:
        """Addresses of all of the list as a file, by format; none for several collections."""
        if self.searched is None or self.rows is None:
            return {}
        return {
            format.upper(): self.get_query_string({EXPORT: format.value}) for format in ExportFormat
        }

    def unknown_parameters(self) -> Iterator[str]:
        """Those that mean nothing: no filter by `data` is among them."""
        known = {*IGNORED_PARAMS, PAGE_VAR, ERROR_FLAG, *PAGES, SORT, *self.choosing, *self.own}
        for name in self.request.GET:
            if name not in known and not is_of_profile(name):
                yield name

    @property
    def _is_limited(self) -> bool:
        """More is done than to find a page, so the time of all of it is limited."""
        return bool({SEARCH_VAR, COUNT} & {*self.request.GET})

    @property
    def _is_plain(self) -> bool:
        """Nothing is asked but pages of all, which walk one index: any time will do."""
        asked = self.request.GET
        is_walk = asked.get(SORT, DEFAULT) in SYSTEM_ORDERS
        return is_walk and {*asked} <= {AFTER, BEFORE, SORT, *self.choosing}
