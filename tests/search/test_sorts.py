"""Lists are sorted as Python would, and their pages, joined, are the whole of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.datatypes.base import Scale
from profiles.paths import Path
from tests.search.desks import Desk, bounded
from tests.search.filters import Asked, of_lists
from tests.search.reference import CUT_TEXT, bounds, holds, leaves
from tests.search.rich import GROUPED, RICH, Record, records, scaled

MANY = 100
"""More than there are: pages that never end are found out."""
SORTABLE = (Scale.NUMBER, Scale.MOMENT, Scale.SPAN, Scale.TEXT)

definitions = pytest.mark.parametrize("definition", [RICH, GROUPED], ids=["rich", "grouped"])


def sorting_key(row: Record, path: Path, is_descending: bool) -> Any:
    """None where there is nothing. An array goes by its first value, descending by its last."""
    scale = path.element.prop.type.scale
    assert scale is not None
    there = leaves(row, path.text)
    if not there:
        return None
    is_last = is_descending and path.element.leads_through_arrays
    pick = max if is_last else min
    if scale is Scale.TEXT:
        return pick(text.lower()[:CUT_TEXT].encode() for text in there)
    return pick(bounds(value, scale)[1 if is_last else 0] for value in there)


def in_order(rows: dict[str, Record], path: Path, is_descending: bool) -> list[str]:
    keys = {id: sorting_key(row, path, is_descending) for id, row in rows.items()}
    present = sorted((key, id) for id, key in keys.items() if key is not None)
    absent = sorted(id for id, key in keys.items() if key is None)
    if is_descending:
        present.reverse()
        absent.reverse()
    return [*(id for _, id in present), *absent]


def pages_of_a_list(desk: Desk, query: str, size: int) -> list[str]:
    found: list[str] = []
    cursor = ""
    while True:
        answer = desk.api.get(f"resources/{desk.profile}?{query}&perPage={size}{cursor}")
        assert answer.status == 200, answer.text
        page = [row["id"] for row in answer.json["data"]]
        found += page
        if "cursor" not in answer.json["meta"]:
            return found
        assert len(page) == size
        assert len(found) < MANY
        cursor = f"&cursor={answer.json['meta']['cursor']}"


def pages_of_a_query(desk: Desk, body: Any, size: int) -> list[str]:
    found: list[str] = []
    asked = {"collectionKey": desk.profile, **body, "perPage": size}
    while True:
        answer = desk.api.post("query", asked)
        assert answer.status == 200, answer.text
        page = [hit["resource"]["id"] for hit in answer.json["hits"]]
        found += page
        if "cursor" not in answer.json["meta"]:
            return found
        assert len(page) == size
        assert len(found) < MANY
        asked["cursor"] = answer.json["meta"]["cursor"]


@definitions
@settings(bounded, max_examples=8)
@given(data=st.data())
def test_pages_in_any_order_are_the_list_that_python_sorts(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=6, max_size=8))
    desk.keep(rows)
    for path in scaled(definition, *SORTABLE):
        asked: Asked | None = data.draw(st.none() | of_lists(definition))
        size = data.draw(st.integers(1, len(rows)))
        there = {
            f"r{index}": row
            for index, row in enumerate(rows)
            if asked is None or holds(row, asked.meaning, desk.scales)
        }
        for sign, direction in (("", "asc"), ("-", "desc")):
            right = in_order(there, path, is_descending=bool(sign))
            query = f"sort={sign}data.{path.text}" + (f"&{asked.query}" if asked else "")
            assert pages_of_a_list(desk, query, size) == right, query
            sort = {"path": path.text, "direction": direction}
            body = {"sort": sort, **({"filter": asked.meaning} if asked else {})}
            assert pages_of_a_query(desk, body, size) == right, body


@pytest.mark.parametrize("definition", [{"n": {"type": "integer"}}], ids=["plain"])
@pytest.mark.parametrize("name", ["id", "createdAt", "updatedAt"])
def test_pages_by_what_every_record_has_join_as_well(desk: Desk, name: str) -> None:
    desk.keep([{"n": number} for number in range(5)])
    ids = [f"r{number}" for number in range(5)]
    desk.api.put(f"resources/{desk.profile}/r1", {"data": {"n": 100}})
    right = ids if name != "updatedAt" else ["r0", "r2", "r3", "r4", "r1"]
    for size in range(1, 6):
        assert pages_of_a_list(desk, f"sort={name}", size) == right
        assert pages_of_a_list(desk, f"sort=-{name}&data.n__in=0,2,3,4,100", size) == right[::-1]
        body = {"sort": {"path": name, "direction": "desc"}}
        assert pages_of_a_query(desk, body, size) == right[::-1]
