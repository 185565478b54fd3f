"""Lists of records whose pages go on behind a row: never counted, unless somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import (
    BooleanField,
    DateTimeField,
    ExpressionWrapper,
    F,
    Func,
    OrderBy,
    Q,
    QuerySet,
    Value,
)
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import urlencode

from ingestion.data_filters import PREFIX, ask_the_index
from profiles.admin_lists import LeanChangeList
from profiles.api.rarity import Fragment, is_frequent, planned_anew
from profiles.names import is_id

AFTER, BEFORE, COUNT = "after", "before", "count"
PAGES = (AFTER, BEFORE, COUNT)


class Row(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()  # Of no use, but there has to be one.


class Follows(Func):
    """A comparison of rows, which PostgreSQL answers from one index."""

    template = "%(expressions)s"
    arg_joiner = " < "
    output_field = BooleanField()


def read_time(text: str) -> Value:
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError("A position tells its time zone.")
    return Value(at)


def read_id(text: str) -> Value:
    if not is_id(text):
        raise ValueError("A position holds the ids of resources.")
    return Value(text)


class KeysetChangeList(LeanChangeList):
    """Django's, but for how it pages, counts and filters by `data`."""

    columns: ClassVar[Mapping[str, Callable[[str], Value]]]
    """By what it is sorted, newest first, with what reads a position's part of each."""
    own_parameters: ClassVar[Sequence[str]] = ()
    """Beside those of pages and of filters by `data`."""
    data_names: Sequence[str] = ()
    """The filters by `data` that are asked for."""
    count: int | None = None
    has_next = has_previous = False

    def all_of_kind(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """The rows among which the filters by `data` look, without joins."""
        raise NotImplementedError

    def with_data(self, rows: QuerySet[Any]) -> QuerySet[Any]:
        """Those of them that the filters by `data` leave."""
        raise NotImplementedError

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        rest: dict[str, Any] = super().get_filters_params(params)
        own = (*PAGES, *self.own_parameters)
        return {
            name: values
            for name, values in rest.items()
            if name not in own and not name.startswith(PREFIX)
        }

    def get_results(self, request: HttpRequest) -> None:
        with planned_anew(self.queryset.db):
            rows = self._page(request)
            if COUNT in request.GET:
                self.count = self.queryset.count()
        self.result_list = rows  # A list, read once.
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        for name in PAGES:  # A search begins anew, and so does a filter.
            self.params.pop(name, None)
            self.filter_params.pop(name, None)

    def _page(self, request: HttpRequest) -> list[Any]:
        """The rows of the page, and whether there are some before and after it."""
        here = Row(*map(F, self.columns))
        name = next((name for name in (AFTER, BEFORE) if name in request.GET), None)
        there = self._read_position(request.GET[name]) if name else None
        if name and there is None:
            messages.error(request, "There is no such page: this is the first.")
        if there is None:
            behind = Q()
        else:
            behind = Q(Follows(here, there) if name == AFTER else Follows(there, here))
        rows = self._in_order(behind, backwards=name == BEFORE and there is not None)
        found = list(rows[: self.list_per_page + 1])
        has_more = len(found) > self.list_per_page
        page = found[: self.list_per_page]
        if name == BEFORE and there is not None:
            self.has_next, self.has_previous = True, has_more
            return page[::-1]
        self.has_next, self.has_previous = has_more, there is not None
        return page

    def _in_order(self, behind: Q, *, backwards: bool) -> QuerySet[Any]:
        """By the index of the list, or by none where the one on `data` leads to few rows."""
        sign = "" if backwards else "-"
        order = [f"{sign}{column}" for column in self.columns]
        rows: QuerySet[Any] = self.queryset.filter(behind)
        if self.query or not ask_the_index(self.data_names):
            return rows.order_by(*order)
        everything = self.all_of_kind(self.model._default_manager.filter(behind))
        chosen = self.with_data(everything)
        direction = "ASC" if backwards else "DESC"
        by_index = Fragment(", ".join(f"{column} {direction}" for column in self.columns))
        if is_frequent(rows, Fragment.where(chosen), Fragment.where(everything), by_index):
            return rows.order_by(*order)
        by_none = ExpressionWrapper(F("created_at") + timedelta(0), output_field=DateTimeField())
        rest = [name for name in order if name != f"{sign}created_at"]
        return rows.order_by(OrderBy(by_none, descending=not backwards), *rest)

    def _read_position(self, text: str) -> Row | None:
        parts = text.split(",")
        if len(parts) != len(self.columns):
            return None
        try:
            values = [read(part) for read, part in zip(self.columns.values(), parts, strict=True)]
        except ValueError:
            return None
        return Row(*values)

    def _position_of(self, row: Any) -> str:
        values = (getattr(row, column) for column in self.columns)
        texts = (v.isoformat() if isinstance(v, datetime) else str(v) for v in values)
        return ",".join(texts)

    @property
    def next_page(self) -> str | None:
        if not self.has_next or not self.result_list:
            return None
        return self.get_query_string({AFTER: self._position_of(self.result_list[-1])})

    @property
    def previous_page(self) -> str | None:
        if not self.has_previous:
            return None
        if not self.result_list:
            return self.first_page
        return self.get_query_string({BEFORE: self._position_of(self.result_list[0])})

    @property
    def first_page(self) -> str:
        return self.get_query_string()

    @property
    def counted_page(self) -> str:
        return self.get_query_string({COUNT: "1"})


def without_empty(request: HttpRequest) -> HttpResponseRedirect | None:
    """To the address without what a form left empty, so that it tells what is listed."""
    if all(request.GET.values()):
        return None
    given = [(name, str(text)) for name, text in request.GET.items() if text]
    return HttpResponseRedirect(f"?{urlencode(given)}")
