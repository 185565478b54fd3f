"""Orders that a list can be sorted in: those of every record, and by indexed properties."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ingestion.filters.data import PREFIX
from ingestion.indexes.keys import greatest_key, json_path, least_key
from ingestion.search.rarity import Fragment
from profiles.api.cursors import Cursor
from profiles.datatypes.base import Scale
from profiles.paths import Path

DESCENDING = "-"
DEFAULT = "-createdAt"
TIMES = {"createdAt": "created_at", "updatedAt": "updated_at"}
ID = "id"
SYSTEM_ORDERS = (DEFAULT, "createdAt", "-updatedAt", "updatedAt", ID, "-id")

_THE_SAME = {
    "timestamptz": "+ interval '0'",
    "numeric": "+ 0",
    "bigint": "+ 0",
    "text": "|| ''",
}
"""What leaves a value as it is, and keeps its index from being used."""

EVERYTHING = Fragment("TRUE")


@dataclass(frozen=True, slots=True)
class Phase:
    """Rows that follow each other by one index: those that have a key, or those that have none."""

    behind: Fragment
    by_index: Fragment
    behind_by_none: Fragment
    by_none: Fragment
    """The same, but by no index, so that the list is not walked for it."""


@dataclass(frozen=True, slots=True)
class Order:
    """By one key, ties broken by id. Who has no key comes last."""

    name: str
    cast: str = ""
    """The SQL type of the key; empty where there is none but the id."""
    key: Fragment | None = None
    may_be_absent: bool = False

    @property
    def is_descending(self) -> bool:
        return self.name.startswith(DESCENDING)

    @property
    def bare_name(self) -> str:
        return self.name.removeprefix(DESCENDING)

    @property
    def key_text(self) -> Fragment:
        """The key of a row as text, for its cursor."""
        if self.key is None:
            return Fragment("NULL")
        return Fragment(f"{self.key.sql}::text", self.key.parameters)

    def phases(
        self, ids: Sequence[str], after: Cursor | None, *, is_backwards: bool = False
    ) -> Iterator[Phase]:
        """What comes behind a cursor, in the order of the key and these columns of ids.

        With `is_backwards` what comes before it, the closest first.
        """
        if self.key is None or not self.may_be_absent:
            yield self._phase(self.key, ids, after, is_backwards=is_backwards)
            return
        parts = [(self.key, _is(self.key, "NOT NULL")), (None, _is(self.key, "NULL"))]
        for key, among in reversed(parts) if is_backwards else parts:
            if after is None or (after.key is None) == (key is None):
                yield self._phase(key, ids, after, among, is_backwards=is_backwards)
                after = None

    def _phase(
        self,
        key: Fragment | None,
        ids: Sequence[str],
        after: Cursor | None,
        among: Fragment = EVERYTHING,
        *,
        is_backwards: bool,
    ) -> Phase:
        """A comparison of rows, which PostgreSQL answers from one index."""
        is_falling = self.is_descending != is_backwards
        columns = [*([key.sql] if key else []), *ids]
        own = [*key.parameters] if key else []
        unchanged = _THE_SAME[self.cast if key else "text"]
        by_none = [f"{columns[0]} {unchanged}", *columns[1:]]

        def behind(row: Sequence[str]) -> Fragment:
            if after is None:
                return among
            marks = [*([f"%s::{self.cast}"] if key else []), *["%s"] * len(ids)]
            values = [*([after.key] if key else []), *after.id]
            sign = "<" if is_falling else ">"
            comparison = f"({', '.join(row)}) {sign} ({', '.join(marks)})"
            return among & Fragment(comparison, [*own, *values])

        return Phase(
            behind(columns),
            Fragment(_in_order(columns, is_falling), own),
            behind(by_none),
            Fragment(_in_order(by_none, is_falling), own),
        )


def _in_order(columns: Sequence[str], is_falling: bool) -> str:
    return ", ".join(f"{column} DESC" if is_falling else column for column in columns)


def _is(key: Fragment, what: str) -> Fragment:
    return Fragment(f"{key.sql} IS {what}", key.parameters)


def system_order(name: str) -> Order:
    """One of `SYSTEM_ORDERS`."""
    column = TIMES.get(name.removeprefix(DESCENDING))
    return Order(name, "timestamptz", Fragment(column)) if column else Order(name)


def data_order(name: str, path: Path, table: str) -> Order:
    """By an indexed property: of an array by its first value, descending by its last."""
    is_last = name.startswith(DESCENDING) and path.element.leads_through_arrays
    key = greatest_key(path) if is_last else least_key(path)
    cast = "text" if path.element.prop.type.scale is Scale.TEXT else "numeric"
    made = Fragment(key.call(f"{table}.data"), [json_path(path.element.place)])
    return Order(name, cast, made, may_be_absent=True)


def data_orders(paths: Mapping[str, Path]) -> Iterator[str]:
    """The names of the orders by these properties."""
    for text, path in paths.items():
        if is_sortable(path):
            yield f"{PREFIX}{text}"
            yield f"{DESCENDING}{PREFIX}{text}"


def is_sortable(path: Path) -> bool:
    """Once it is indexed."""
    return path.element.prop.type.scale not in (None, Scale.POSITION)
