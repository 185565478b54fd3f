"""From the bodies of `query` and `browse` to what is looked for, with all their faults."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q

from ingestion.fields import CONTAINED, EVERY_FIELD, META, Fields, read_fields
from ingestion.filters.conditions import has_words
from ingestion.filters.data import PREFIX
from ingestion.search.filtering import MOST_WORDS
from ingestion.search.including import Include, include_member
from ingestion.search.operators import FilterReader, Meant
from ingestion.search.orders import (
    DEFAULT,
    DESCENDING,
    ID,
    TIMES,
    Order,
    data_order,
    is_sortable,
    system_order,
)
from ingestion.search.pages import Search
from ingestion.search.scope import Scope
from ingestion.search.totals import NO_TOTAL, TOTALS
from profiles.api.cursors import Cursor, read_cursor
from profiles.api.parameters import MAX_PER_PAGE
from profiles.datatypes.base import Lookup
from profiles.exact import Json
from profiles.faults import Fault, faulty, pointer
from profiles.paths import DOT, Path, all_paths, find_path

DEFAULT_HITS = 20
MOST_AGGREGATIONS = 10
MOST_BUCKETS = 1_000
DEFAULT_BUCKETS = 10
DIRECTIONS = ("asc", "desc")


@dataclass(frozen=True, slots=True)
class Aggregation:
    """How often each value of a property occurs: the `size` most frequent."""

    path: Path
    size: int


@dataclass(frozen=True, slots=True)
class Question:
    search: Search
    total: str = NO_TOTAL
    page: int = 1
    """The last of so many pages is shown."""
    aggregations: Sequence[Aggregation] = ()
    include: Include | None = None

    @property
    def per_page(self) -> int:
        return self.search.limit // self.page


@dataclass
class BodyReader:
    """Reads one body about one scope, and collects its faults."""

    body: Mapping[str, Json]
    scope: Scope
    base: str = ""
    """Where the body stands in what was sent."""
    faults: list[Fault] = field(default_factory=list)

    def question(self) -> Question:
        """Raises `Refused` with every fault."""
        order = self._order()
        page = self.number("page", 1, MAX_PER_PAGE)
        size = self.number("perPage", DEFAULT_HITS, MAX_PER_PAGE)
        if page > 1 and page * size > MAX_PER_PAGE:
            message = f"Pages lead to the first {MAX_PER_PAGE} hits; go on with the cursor."
            self.fault("page", "range", message)
        if page > 1 and "cursor" in self.body:
            self.fault("page", "unique", "Is given beside a cursor.")
        search = replace(self.search(order, size * page), after=self._after(order))
        total = self.choice("total", TOTALS)
        aggregations = list(self._aggregations())
        include, faults = include_member(self.body, self.base, [self.scope])
        self.faults += faults
        self.refuse()
        return Question(search, total, page, aggregations, include)

    def search(self, order: Order, limit: int) -> Search:
        """Without use if there are faults."""
        meant = self._condition()
        rows = self.scope.rows if meant is None else self.scope.rows.filter(meant.condition)
        among = None
        if meant is not None and meant.is_answered:
            bounds = (q for path, q in meant.bounds if f"{PREFIX}{path}" == order.bare_name)
            among = self.scope.rows.filter(*bounds)
        return Search(
            rows=rows,
            id_columns=self.scope.id_columns,
            wire=self.scope.wire(self._fields()),
            order=order,
            limit=limit,
            among=among,
        )

    def refuse(self) -> None:
        if self.faults:
            raise faulty("search", self.faults)

    def fault(self, member: str, rule: str, message: str, expected: object = None) -> None:
        self.faults.append(Fault(f"{self.base}/{member}", rule, message, expected))

    def _condition(self) -> Meant | None:
        found: Meant | None = None
        if "filter" in self.body:
            reader = FilterReader(self.scope)
            found = reader.read(self.body["filter"], f"{self.base}/filter")
            self.faults += reader.faults
        if "query" in self.body and (words := self._words()) is not None:
            if found is None:
                return Meant(words, True)
            return Meant(found.condition & words, True, found.bounds)
        return found

    def _words(self) -> Q | None:
        text = self.body["query"]
        if not isinstance(text, str) or not any(map(str.isalnum, text)):
            self.fault("query", "type", "Must be text with a word.")
        elif len(text.split()) > MOST_WORDS:
            self.fault("query", "range", f"Must hold at most {MOST_WORDS} words.")
        elif not self.scope.texts:
            self.fault("query", "index", f"No text of {self.scope.collection} is indexed.")
        else:
            return has_words(self.scope.texts, text)
        return None

    def _order(self) -> Order:
        sort = self.body.get("sort", {"path": "createdAt", "direction": "desc"})
        path = sort.get("path") if isinstance(sort, dict) else None
        direction = sort.get("direction", DIRECTIONS[0]) if isinstance(sort, dict) else None
        known = isinstance(sort, dict) and sort.keys() <= {"path", "direction"}
        if not known or not isinstance(path, str) or direction not in DIRECTIONS:
            message = f"Must be {{path, direction}}, the direction one of: {', '.join(DIRECTIONS)}."
            self.fault("sort", "type", message)
            return system_order(DEFAULT)
        sign = DESCENDING if direction == DIRECTIONS[1] else ""
        if path in (*TIMES, ID) and path not in self.scope.properties:
            return system_order(f"{sign}{path}")
        found = find_path(self.scope.properties, path)
        if found is None:
            self.fault("sort/path", "exists", f"Is no property of {self.scope.collection}.")
        elif not is_sortable(found):
            self.fault("sort/path", "type", "Cannot be sorted by.")
        elif (problem := self.scope.lacking(path)) is not None:
            self.fault("sort/path", "index", problem)
        else:
            return data_order(f"{sign}{PREFIX}{path}", found, self.scope.table)
        return system_order(DEFAULT)

    def _after(self, order: Order) -> Cursor | None:
        if "cursor" not in self.body:
            return None
        text = self.body["cursor"]
        cursor = read_cursor(text, self.scope.name, Cursor) if isinstance(text, str) else None
        if cursor is None or (cursor.order, cursor.cast) != (order.name, order.cast):
            self.fault("cursor", "parameter", "Is no cursor of this list in this order.")
        return cursor

    def _fields(self) -> Fields:
        """`properties`: which of `data` are shown, or which are not."""
        if "properties" not in self.body:
            return EVERY_FIELD
        sent = self.body["properties"]
        if not isinstance(sent, dict) or not sent.keys() <= {"include", "exclude"}:
            self.fault("properties", "type", "Must be {include, exclude}: lists of paths.")
            return EVERY_FIELD
        lists = {name: list(self._paths(name, sent.get(name, []))) for name in sent}
        shown, hidden = lists.get("include"), lists.get("exclude", [])
        names = [
            path.text
            for path in all_paths(self.scope.properties)
            if not list(path.parts)
            and (shown is None or _is_within(path.text, shown))
            and not _is_within(path.text, hidden)
        ]
        return read_fields([CONTAINED, META, *(f"{PREFIX}{name}" for name in names)])

    def _paths(self, name: str, sent: Json) -> Iterator[str]:
        for index, text in enumerate(sent if isinstance(sent, list) else [sent]):
            if not isinstance(text, str) or find_path(self.scope.properties, text) is None:
                member = f"properties/{name}{pointer(index)}"
                self.fault(member, "exists", f"Is no property of {self.scope.collection}.")
            else:
                yield text

    def _aggregations(self) -> Iterator[Aggregation]:
        sent = self.body.get("aggregations", [])
        if not isinstance(sent, list) or len(sent) > MOST_AGGREGATIONS:
            self.fault("aggregations", "type", f"Must be a list of {MOST_AGGREGATIONS} at most.")
            return
        for index, one in enumerate(sent):
            members: Mapping[str, Any] = one if isinstance(one, dict) else {}
            text, size = members.get("path"), members.get("size", DEFAULT_BUCKETS)
            path = find_path(self.scope.properties, text) if isinstance(text, str) else None
            is_sized = _is_whole(size, MOST_BUCKETS)
            if not members.keys() <= {"path", "size"} or not is_sized:
                message = f"Must be {{path, size}}, the size from 1 to {MOST_BUCKETS}."
                self.fault(f"aggregations/{index}", "type", message)
            elif path is None or Lookup.EQUAL not in path.lookups:
                message = f"Is no property of {self.scope.collection} that has single values."
                self.fault(f"aggregations/{index}/path", "exists", message)
            else:
                yield Aggregation(path, size)

    def number(self, member: str, default: int, most: int) -> int:
        value = self.body.get(member, default)
        if _is_whole(value, most):
            return int(value)
        self.fault(member, "range", f"Must be a whole number from 1 to {most}.")
        return 1

    def choice(self, member: str, choices: Sequence[str]) -> str:
        value = self.body.get(member, choices[0])
        if value in choices:
            return str(value)
        self.fault(member, "enum", f"Must be one of: {', '.join(choices)}.", list(choices))
        return choices[0]


def _is_whole(value: Json, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= most


def _is_within(text: str, paths: Sequence[str]) -> bool:
    return any(text == path or text.startswith(f"{path}{DOT}") for path in paths)
