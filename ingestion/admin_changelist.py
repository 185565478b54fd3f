"""The list of one profile's resources: keyset pages that are not counted unless asked for."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

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
from django.http import HttpRequest
from django.urls import reverse

from ingestion.admin_filters import FilterPanel, asked_filters
from ingestion.admin_listing import PROFILE, Listing, listing_of, may_write
from ingestion.admin_sidebar import Sidebar, sidebar
from ingestion.data_filters import PREFIX, ask_the_index
from ingestion.models import Resource
from profiles.admin_lists import LeanChangeList
from profiles.api.rarity import Condition, is_frequent, planned_anew
from profiles.inputs.building import words
from profiles.models import Profile
from profiles.names import is_id

AFTER, BEFORE, COUNT = "after", "before", "count"
OWN_PARAMETERS = (PROFILE, AFTER, BEFORE, COUNT)
POSITION = ("created_at", "public_id")
"""By what the list of a profile is sorted."""


class Row(Func):
    template = "(%(expressions)s)"
    output_field = BooleanField()  # Of no use, but there has to be one.


class Follows(Func):
    """A comparison of rows, which PostgreSQL answers from one index."""

    template = "%(expressions)s"
    arg_joiner = " < "
    output_field = BooleanField()


def position_of(row: Any) -> str:
    return f"{row.created_at.isoformat()},{row.public_id}"


def read_position(text: str) -> Row | None:
    time, _, id = text.partition(",")
    try:
        at = datetime.fromisoformat(time)
    except ValueError:
        return None
    return Row(Value(at), Value(id)) if at.utcoffset() is not None and is_id(id) else None


class ProfileChangeList(LeanChangeList):
    """Django's, but for how it pages, counts and filters."""

    listing: Listing
    count: int | None = None
    has_next = has_previous = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.title = words(self.listing.profile.key)

    def get_filters_params(self, params: Any = None) -> dict[str, Any]:
        rest: dict[str, Any] = super().get_filters_params(params)
        return {
            name: values
            for name, values in rest.items()
            if name not in OWN_PARAMETERS and not name.startswith(PREFIX)
        }

    def get_queryset(
        self, request: HttpRequest, exclude_parameters: list[str | None] | None = None
    ) -> QuerySet[Any]:
        found = listing_of(request, self.model_admin.admin_site)
        assert found is not None, "the admin takes this list for a chosen profile only"
        self.listing, self.request = found, request
        rows = found.of_profile(self.root_queryset)
        self.filters = asked_filters(request, found.properties, rows)
        # A search finds only so much, so it is among what the filters leave.
        self.root_queryset = rows.none() if self.filters.form.errors else self.filters.qs
        return found.with_columns(super().get_queryset(request, exclude_parameters))

    def get_results(self, request: HttpRequest) -> None:
        with planned_anew(self.queryset.db):
            rows = self._page(request)
            if COUNT in request.GET:
                self.count = self.queryset.count()
        self.result_list = rows  # A list, read once.
        self.result_count = self.full_result_count = len(rows)
        self.show_full_result_count = self.can_show_all = self.multi_page = False
        self.show_admin_actions = True
        for name in (AFTER, BEFORE, COUNT):  # A search begins anew, and so does a filter.
            self.params.pop(name, None)
            self.filter_params.pop(name, None)

    def _page(self, request: HttpRequest) -> list[Any]:
        """The rows of the page, and whether there are some before and after it."""
        here = Row(*map(F, POSITION))
        name = next((name for name in (AFTER, BEFORE) if name in request.GET), None)
        there = read_position(request.GET[name]) if name else None
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
        order = [f"{sign}{column}" for column in POSITION]
        rows: QuerySet[Any] = self.queryset.filter(behind)
        names = [name for name in self.filters.filters if name.startswith(PREFIX)]
        if self.query or not ask_the_index(names):
            return rows.order_by(*order)
        everything = self.listing.of_profile(Resource.objects.filter(behind))
        chosen = asked_filters(self.request, self.listing.properties, everything).qs
        direction = "ASC" if backwards else "DESC"
        by_index = ", ".join(f"{column} {direction}" for column in POSITION)
        if is_frequent(rows, Condition.of(chosen), Condition.of(everything), by_index):
            return rows.order_by(*order)
        by_none = ExpressionWrapper(F("created_at") + timedelta(0), output_field=DateTimeField())
        return rows.order_by(OrderBy(by_none, descending=not backwards), order[1])

    @property
    def next_page(self) -> str | None:
        return self._link(AFTER, position_of(self.result_list[-1])) if self._leads_on else None

    @property
    def _leads_on(self) -> bool:
        return self.has_next and bool(self.result_list)

    @property
    def previous_page(self) -> str | None:
        if not self.has_previous:
            return None
        if not self.result_list:
            return self.first_page
        return self._link(BEFORE, position_of(self.result_list[0]))

    @property
    def first_page(self) -> str:
        return self.get_query_string()

    @property
    def counted_page(self) -> str:
        return self.get_query_string({COUNT: "1"})

    def _link(self, name: str, position: str) -> str:
        return self.get_query_string({name: position})

    @property
    def may_write(self) -> bool:
        return may_write(self.request, self.listing)

    @property
    def display_page(self) -> str | None:
        """Where its columns are chosen, for whoever may."""
        profile = self.listing.profile
        profiles = self.model_admin.admin_site.get_model_admin(Profile)
        if not profiles.has_change_permission(self.request, profile):
            return None
        return reverse("admin:profiles_profile_display", args=[profile.pk])

    @cached_property
    def sidebar(self) -> Sidebar:
        return sidebar(self.request, self.model_admin.admin_site)

    @cached_property
    def panel(self) -> FilterPanel:
        return FilterPanel.of(self.listing, self.filters.form)
