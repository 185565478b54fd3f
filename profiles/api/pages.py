"""Pages: numbered ones for the small catalogues, keyset pages for records."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec
from django.db import connections
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from rest_framework.request import Request

from profiles.api.parameters import (
    bad_parameter,
    choice_parameter,
    number_parameter,
    per_page,
    refuse_parameters,
)
from profiles.api.rarity import Condition, is_frequent, planned_anew
from profiles.exact import Json, encode
from profiles.faults import ErrorType, Refused

CATALOGUE_PARAMETERS = ("page", "perPage")
PAGE_PARAMETERS = ("cursor", "perPage", "sort")
ID_PAGE_PARAMETERS = ("cursor", "perPage")
"""Of pages that have one order, by id."""
SORTS = ("-createdAt", "id")


def catalogue_page(request: Request, rows: QuerySet[Any], show: Callable[[Any], Json]) -> Json:
    """A numbered page of a catalogue, with its total: catalogues are small."""
    size = per_page(request)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = number_parameter(request, "page", 1, pages)
    shown = rows[(page - 1) * size : page * size]
    return {
        "meta": {"numPages": pages, "page": page, "perPage": size, "total": total},
        "data": [show(row) for row in shown],
    }


class Cursor(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """The last row of a page: where the next one goes on, whatever was written in between."""

    sort: str
    created_at: datetime | None
    id: list[str]

    @property
    def values(self) -> list[datetime | str]:
        """Those of the columns by which the list is sorted."""
        return [*([self.created_at] if self.created_at else []), *self.id]


@dataclass(frozen=True, slots=True)
class KeysetPage:
    """A page of records. `id_columns` are those that make up the id, in its order."""

    request: Request
    id_columns: Sequence[str]

    def of(self, rows: QuerySet[Any], wire: RawSQL, among: QuerySet[Any] | None = None) -> bytes:
        """The page as JSON. `wire` is the expression of a row's JSON text; nothing is counted.

        `among` are the rows before they were filtered, where an index answers the filters: it is
        used unless what they are filtered by is frequent.
        """
        sort = choice_parameter(self.request, "sort", SORTS)
        size = per_page(self.request)
        is_filtered = not self.request.query_params.keys() <= {*PAGE_PARAMETERS}
        with planned_anew(rows.db) if is_filtered else nullcontext():
            found = self._rows(rows, wire, sort, size + 1, among)
        page = found[:size]
        following = _cursor_after(sort, page[-1][1:]) if len(found) > size else None
        meta = {**({"cursor": following} if following else {}), "perPage": size}
        data = b",".join(row[0].encode() for row in page)
        return b'{"data":[' + data + b'],"meta":' + encode(meta) + b"}"

    def _rows(
        self,
        rows: QuerySet[Any],
        wire: RawSQL,
        sort: str,
        limit: int,
        among: QuerySet[Any] | None,
    ) -> list[tuple[str, ...]]:
        """JSON text, time and id of each row.

        The ORM says only which rows: to let it select and sort as well takes as long as all the
        rest of a list. The times are text, since to read a hundred takes long, and one is needed;
        they have a name of their own, or the list would be sorted by the text.
        """
        keys = ["created_at", *self.id_columns] if sort == "-createdAt" else [*self.id_columns]
        behind = self._behind_cursor(keys, sort)
        condition = Condition.of(rows) & behind
        order = _order(keys, sort)
        if among is not None:
            everything = Condition.of(among) & behind
            if not is_frequent(rows, condition, everything, order):
                order = _order([_from_no_index(keys[0]), *keys[1:]], sort)
        sql = (
            f"SELECT {wire.sql}, created_at::text AS time, {', '.join(self.id_columns)}"
            f" FROM {rows.model._meta.db_table} WHERE {condition.sql}"
            f" ORDER BY {order} LIMIT {limit}"
        )
        with connections[rows.db].cursor() as database:
            database.execute(sql, [*wire.params, *condition.parameters])
            return list(database.fetchall())

    def _behind_cursor(self, keys: Sequence[str], sort: str) -> Condition:
        """A comparison of rows, which PostgreSQL answers from one index."""
        cursor = self._cursor(sort)
        if cursor is None:
            return Condition("TRUE", [])
        sign = "<" if sort == "-createdAt" else ">"
        marks = ", ".join(["%s"] * len(keys))
        return Condition(f"({', '.join(keys)}) {sign} ({marks})", cursor.values)

    def _cursor(self, sort: str) -> Cursor | None:
        text = self.request.query_params.get("cursor")
        if text is None:
            return None
        cursor = _decode(text)
        if cursor is None or len(cursor.id) != len(self.id_columns):
            refuse_parameters([bad_parameter("cursor", "Is no cursor of this list.")])
        elif cursor.sort != sort:
            message = f"Was made with sort={cursor.sort}: a cursor goes on in the same order."
            refuse_parameters([bad_parameter("cursor", message)])
        return cursor


def _order(keys: Sequence[str], sort: str) -> str:
    return ", ".join(f"{key} DESC" if sort == "-createdAt" else key for key in keys)


def _from_no_index(key: str) -> str:
    """The same order, but by no index, so that the list is not walked for it."""
    return "created_at + interval '0'" if key == "created_at" else f"{key} || ''"


def _cursor_after(sort: str, row: Sequence[Any]) -> str:
    created_at, *id = row
    time = datetime.fromisoformat(created_at) if sort == "-createdAt" else None
    cursor = Cursor(sort, time, id)
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def position_of(request: Request, parts: int) -> list[str] | None:
    """The id of so many parts behind which a page by id begins; None for the first page."""
    text = request.query_params.get("cursor")
    if text is None:
        return None
    cursor = _decode(text)
    if cursor is None or cursor.sort != "id" or len(cursor.id) != parts:
        raise no_cursor()
    return cursor.id


def cursor_behind(*id: str) -> str:
    """Leads to the page by id that begins behind this one."""
    return _cursor_after("id", ["", *id])


def no_cursor() -> Refused:
    fault = bad_parameter("cursor", "Is no cursor of this list.")
    return Refused(ErrorType.INVALID_ARGUMENT, f"Bad query parameters. {fault.message}", [fault])


def _decode(text: str) -> Cursor | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(raw, type=Cursor)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return None
    has_time = cursor.created_at is not None and cursor.created_at.utcoffset() == timedelta(0)
    is_text = all(part.isascii() and part.isprintable() for part in cursor.id)
    return cursor if is_text and has_time == (cursor.sort == "-createdAt") else None
