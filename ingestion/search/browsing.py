"""One list of the records of several profiles or definitions, by their ids."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from ingestion.search.bodies import BodyReader
from ingestion.search.including import Include, Included, include_member
from ingestion.search.orders import ID, system_order
from ingestion.search.pages import Search, find
from ingestion.search.scope import Scope
from ingestion.search.totals import NO_TOTAL, TOTALS, total_of
from profiles.api.cursors import PlaceInSeveral, read_cursor, write_cursor
from profiles.api.parameters import DEFAULT_PER_PAGE, MAX_PER_PAGE
from profiles.exact import Json
from profiles.faults import Fault, faulty


@dataclass(frozen=True, slots=True)
class Browsing:
    """What is listed, collection by collection."""

    searches: Sequence[Search]
    scopes: Sequence[Scope]
    limit: int
    after: PlaceInSeveral | None
    total: str
    include: Include | None

    @property
    def name(self) -> str:
        """That no other list has, nor a list of the only one of these collections."""
        return " ".join(["browse", *(scope.name for scope in self.scopes)])


def read_browsing(params: Mapping[str, Json], scopes: Sequence[Scope]) -> Browsing:
    """Raises `Refused` with every fault, each told once."""
    order = system_order(ID)
    readers = [BodyReader(params, scope, "/params") for scope in scopes]
    searches = [reader.search(order, 1) for reader in readers]
    first = readers[0]
    limit = first.number("perPage", DEFAULT_PER_PAGE, MAX_PER_PAGE)
    total = first.choice("total", TOTALS)
    include, faults = include_member(params, "/params", scopes)
    first.faults += faults
    browsing = Browsing(searches, scopes, limit, None, total, include)
    after = _read_after(params, first, browsing)
    told: dict[tuple[str, str], Fault] = {}
    for reader in readers:
        for fault in reader.faults:
            told.setdefault((fault.path, fault.message), fault)
    if told:
        raise faulty("search", list(told.values()))
    return replace(browsing, after=after)


@dataclass(frozen=True, slots=True)
class Browsed:
    hits: Sequence[tuple[Scope, bytes]]
    cursor: str | None
    total: int | None
    included: Included | None


def browse(browsing: Browsing) -> Browsed:
    """One page: a collection is only asked when those before it have ended."""
    hits: list[tuple[Scope, bytes]] = []
    place = browsing.after
    following: PlaceInSeveral | None = None
    pages: list[list[UUID]] = [[] for _ in browsing.scopes]
    for scope, search, page in zip(browsing.scopes, browsing.searches, pages, strict=True):
        if place is not None and place.collection != scope.collection:
            continue
        after = place.after if place is not None else None
        wanted = browsing.limit - len(hits)
        found = find(replace(search, limit=wanted, after=after))
        place = None
        hits += [(scope, text) for text in found.texts]
        page += found.row_ids
        if found.has_more:
            following = PlaceInSeveral(scope.collection, found.last)
            break
    cursor = write_cursor(following, browsing.name) if following else None
    included = browsing.include.bring(pages) if browsing.include else None
    return Browsed(hits, cursor, _total(browsing), included)


def _total(browsing: Browsing) -> int | None:
    if browsing.total == NO_TOTAL:
        return None
    return sum(total_of(search.rows, browsing.total) or 0 for search in browsing.searches)


def _read_after(
    params: Mapping[str, Json], first: BodyReader, browsing: Browsing
) -> PlaceInSeveral | None:
    if "cursor" not in params:
        return None
    text = params["cursor"]
    cursor = read_cursor(text, browsing.name, PlaceInSeveral) if isinstance(text, str) else None
    if cursor is None:
        first.fault("cursor", "parameter", "Is no cursor of this list.")
    return cursor
