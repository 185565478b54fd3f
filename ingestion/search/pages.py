"""A page of records, straight from the rows to the wire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from ingestion.search.by_value import ByValue, page_by_value
from ingestion.search.explaining import explain
from ingestion.search.orders import Order, Phase
from ingestion.search.rarity import Fragment, is_set_for_frequent
from ingestion.search.time_limit import (
    BY_INDEX,
    TooLate,
    by_any_value,
    in_haste,
    in_time,
    sample,
    searching,
    took_too_long,
    walk,
    walking,
)
from profiles.api.cursors import Cursor
from profiles.exact import Json


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for, and which part of it is to be shown."""

    rows: QuerySet[Any]
    """Of one table, without joins."""
    id_columns: Sequence[str]
    """Those that make up the id, in its order."""
    wire: RawSQL
    """The expression of a row's JSON text."""
    order: Order
    limit: int
    after: Cursor | None = None
    is_backwards: bool = False
    """`after` is what the page comes before."""
    among: QuerySet[Any] | None = None
    """The rows before they were filtered, if an index can answer the filters. A sample of them
    tells whether matches are frequent: then the list is walked, else that index is used.
    """
    everything: Fragment | None = None
    """The condition of `rows`, where they are all that there are."""
    by_value: ByValue | None = None
    """The condition of `rows`, where they are asked for by values alone."""
    is_few: bool = False
    """The rows are named by their keys, and so few that no index of the list is walked for them."""
    is_plain: bool = False
    """Nothing is asked but the next page of all: one plan, which is kept, serves every page."""
    is_explained: bool = False


@dataclass(slots=True)
class FoundPage:
    """One page. By `row_ids` others bring along what belongs to its rows."""

    texts: list[bytes] = field(default_factory=list)
    row_ids: list[Any] = field(default_factory=list)
    has_more: bool = False
    """In the direction of the search."""
    first: Cursor | None = None
    last: Cursor | None = None
    """Behind which the next page begins."""
    plans: list[Json] = field(default_factory=list)


def find(search: Search) -> FoundPage:
    """A page; nothing is counted. Raises `Refused` where it takes too long."""
    found = FoundPage()
    rows = _found(search, found.plans)
    page = rows[: search.limit]
    if search.is_backwards:
        page.reverse()
    found.texts = [text.encode() for text, *_ in page]
    found.row_ids = [row_id for _, row_id, *_ in page]
    found.has_more = len(rows) > search.limit
    if page:
        found.first, found.last = _cursor(search.order, page[0]), _cursor(search.order, page[-1])
    return found


def _found(search: Search, plans: list[Json]) -> list[Sequence[Any]]:
    """Walk the list if matches are frequent, else find them by the index of the values.

    The sample may mislead: what is rare among the next rows may be frequent further on, so that the
    index of the values takes long. It gets little time; after that the list is walked.
    """
    alias = _listed(search).db
    if search.among is None:
        with searching(alias, is_plain=search.is_plain):
            return list(_rows(search, plans))
    try:
        if search.by_value is not None and not search.is_explained:
            with in_time(alias, is_planned_anew=False):
                by_any_value(alias)
                return list(_rows(search, plans))
        with in_time(alias):
            sample(alias)
            return list(_rows(search, plans))
    except TooLate:
        plans.clear()
    try:
        with in_time(alias):
            walk(alias)
            walked = replace(search, among=None, by_value=None, is_few=False)
            return list(_rows(walked, plans))
    except TooLate:
        raise took_too_long() from None


def _cursor(order: Order, row: Sequence[Any]) -> Cursor:
    _, _, key, *id = row
    return Cursor(order.name, order.cast, key, list(map(str, id)))


def _rows(search: Search, plans: list[Json]) -> Iterator[Sequence[Any]]:
    """JSON text, key of the row, sorting key as text, and id of each row; one more than asked."""
    wanted = search.limit + 1
    phases = search.order.phases(search.id_columns, search.after, is_backwards=search.is_backwards)
    for phase in phases:
        rows = _rows_of(search, phase, wanted, plans)
        yield from rows
        wanted -= len(rows)
        if not wanted:
            return


def _rows_of(search: Search, phase: Phase, limit: int, plans: list[Json]) -> Sequence[Any]:
    if search.by_value is not None and not search.is_explained:
        listed = _listed(search)
        table = listed.model._meta.db_table
        shown = _shown(search)
        return page_by_value(listed.db, table, shown, search.by_value, phase, limit)
    wanted = search.everything or Fragment.where(search.rows)
    walked, gathered = wanted & phase.behind, wanted & phase.behind_by_none
    if search.among is None:
        is_walked = not search.is_few
    else:
        everything = Fragment.where(search.among) & phase.behind
        by_index = BY_INDEX if search.by_value is not None else {}
        is_walked = is_set_for_frequent(
            search.rows,
            walked,
            everything,
            phase.by_index,
            {**walking(), **by_index},
            {**in_haste(), **by_index},
        )
    if is_walked:
        return _selected(search, walked, phase.by_index, limit, plans)
    return _selected(search, gathered, phase.by_none, limit, plans)


def _selected(
    search: Search,
    condition: Fragment,
    order: Fragment,
    limit: int,
    plans: list[Json],
) -> Sequence[Any]:
    """The ORM says only which rows: to let it select and sort as well takes as long as all the rest
    of a list.
    """
    shown = _shown(search)
    sql = (
        f"SELECT {shown.sql} FROM {search.rows.model._meta.db_table} WHERE {condition.sql}"
        f" ORDER BY {order.sql} LIMIT {limit}"
    )
    parameters = [*shown.parameters, *condition.parameters, *order.parameters]
    if search.is_explained:
        plans.append(explain(search.rows.db, sql, parameters))
    with connections[search.rows.db].cursor() as database:
        database.execute(sql, parameters)
        return list(database.fetchall())


def _shown(search: Search) -> Fragment:
    """Keys are text, since to read a hundred times takes long, and one is needed; they have a name
    of their own, or the list would be sorted by the text.
    """
    key = search.order.key_text
    sql = f"{search.wire.sql}, id, {key.sql} AS sorted, {', '.join(search.id_columns)}"
    return Fragment(sql, [*search.wire.params, *key.parameters])


def _listed(search: Search) -> QuerySet[Any]:
    """Of the same table as the rows, which may still have to be made."""
    return search.rows if search.among is None else search.among
