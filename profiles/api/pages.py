"""Pages: numbered ones for the small catalogues, keyset pages for records."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
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
from profiles.exact import Json, encode

CATALOGUE_PARAMETERS = ("page", "perPage")
PAGE_PARAMETERS = ("cursor", "perPage", "sort")
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

    def of(self, rows: QuerySet[Any], wire: RawSQL) -> bytes:
        """The page as JSON. `wire` is the expression of a row's JSON text; nothing is counted."""
        sort = choice_parameter(self.request, "sort", SORTS)
        size = per_page(self.request)
        found = self._rows(rows, wire, sort, size + 1)
        page = found[:size]
        following = _cursor_after(sort, page[-1][1:]) if len(found) > size else None
        meta = {**({"cursor": following} if following else {}), "perPage": size}
        data = b",".join(row[0].encode() for row in page)
        return b'{"data":[' + data + b'],"meta":' + encode(meta) + b"}"

    def _rows(
        self, rows: QuerySet[Any], wire: RawSQL, sort: str, limit: int
    ) -> list[tuple[str, ...]]:
        """JSON text, time and id of each row.

        The ORM says only which rows: to let it select and sort as well takes as long as all the
        rest of a list. The times are text, since to read a hundred takes long, and one is needed;
        they have a name of their own, or the list would be sorted by the text.
        """
        keys = ["created_at", *self.id_columns] if sort == "-createdAt" else [*self.id_columns]
        descending = sort == "-createdAt"
        where, parameters = rows.query.get_compiler(rows.db).compile(rows.query.where)
        cursor = self._cursor(sort)
        if cursor is not None:
            # A comparison of rows, which PostgreSQL answers from one index.
            marks = ", ".join(["%s"] * len(keys))
            where += f" AND ({', '.join(keys)}) {'<' if descending else '>'} ({marks})"
            parameters = [*parameters, *cursor.values]
        order = ", ".join(f"{key} DESC" if descending else key for key in keys)
        sql = (
            f"SELECT {wire.sql}, created_at::text AS time, {', '.join(self.id_columns)}"
            f" FROM {rows.model._meta.db_table} WHERE {where} ORDER BY {order} LIMIT {limit}"
        )
        is_filtered = not self.request.query_params.keys() <= {*PAGE_PARAMETERS}
        with connections[rows.db].cursor() as database:
            with planned_anew(rows.db) if is_filtered else nullcontext():
                database.execute(sql, [*wire.params, *parameters])
            return list(database.fetchall())

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


@contextmanager
def planned_anew(alias: str) -> Iterator[None]:
    """Statements in here are planned for their own values, and their plans are not kept.

    A kept plan serves rare and frequent values alike: the one for frequent values, which walks the
    list, takes thousands of times as long as the index where there are none.
    """
    connections[alias].ensure_connection()
    connection = connections[alias].connection
    threshold = connection.prepare_threshold
    connection.prepare_threshold = None
    try:
        yield
    finally:
        connection.prepare_threshold = threshold


def _cursor_after(sort: str, row: Sequence[Any]) -> str:
    created_at, *id = row
    time = datetime.fromisoformat(created_at) if sort == "-createdAt" else None
    cursor = Cursor(sort, time, id)
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _decode(text: str) -> Cursor | None:
    try:
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        cursor = msgspec.json.decode(raw, type=Cursor)
    except (ValueError, binascii.Error, msgspec.DecodeError):
        return None
    has_time = cursor.created_at is not None and cursor.created_at.utcoffset() == timedelta(0)
    is_text = all(part.isascii() and part.isprintable() for part in cursor.id)
    return cursor if is_text and has_time == (cursor.sort == "-createdAt") else None
