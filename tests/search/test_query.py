"""Pages, totals and aggregations of `query`; what its filters mean is compared elsewhere."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.search import totals
from profiles.models import Source
from profiles.paths import Path
from tests.clients import Api
from tests.search.conftest import Indexed
from tests.search.desks import Desk, bounded
from tests.search.filters import trees
from tests.search.reference import holds, leaves
from tests.search.rich import GROUPED, RICH, compared, records

definitions = pytest.mark.parametrize("definition", [RICH, GROUPED], ids=["rich", "grouped"])


def countable(value: Any) -> Any:
    """As JSON tells values apart: numbers by what they are worth, true and 1 not at all alike."""
    return (type(value) is bool, Decimal(value) if isinstance(value, int) else value)


@definitions
@bounded
@given(data=st.data())
def test_aggregations_count_each_record_once_for_each_of_its_values(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=6, max_size=8))
    desk.keep(rows)
    tree = data.draw(trees(definition))
    paths: list[Path] = data.draw(
        st.lists(st.sampled_from(compared(definition)), min_size=1, max_size=3)
    )
    body = {
        "collectionKey": desk.profile,
        "filter": tree,
        "aggregations": [{"path": path.text, "size": 1_000} for path in paths],
        "total": "exact",
        "perPage": 1,
    }
    answer = desk.api.post("query", body)
    assert answer.status == 200, answer.text
    found = [row for row in rows if holds(row, tree, desk.scales)]
    assert answer.json["meta"]["total"] == len(found)
    for path, counted in zip(paths, answer.json["aggregations"], strict=True):
        right: Counter[Any] = Counter()
        for row in found:
            right.update({countable(value) for value in leaves(row, path.text)})
        buckets = counted["buckets"]
        assert {countable(b["value"]): b["count"] for b in buckets} == right
        counts = [bucket["count"] for bucket in buckets]
        assert counts == sorted(counts, reverse=True)
        assert counted["path"] == path.text
        assert counted["isExact"]


@pytest.fixture
def numbers(api: Api, indexed: Indexed) -> str:
    """Twelve records, three of each of four kinds."""
    key = indexed(
        {
            "n": {"type": "integer", "indexed": True},
            "kind": {"type": "symbol"},
            "tags": {"type": "array", "items": {"type": "symbol"}},
        }
    )
    for n in range(12):
        data = {"n": n, "kind": "abcd"[n % 4], "tags": ["x", "x", "abcd"[n % 4]]}
        api.put(f"resources/{key}/r{n:02}", {"data": data})
    return key


def ids(answer: Any) -> list[str]:
    return [hit["resource"]["id"] for hit in answer.json["hits"]]


def test_pages_by_number_are_those_of_the_cursor(api: Api, numbers: str) -> None:
    body = {"collectionKey": numbers, "sort": {"path": "n"}, "perPage": 5}
    cursor: dict[str, str] = {}
    for page, right in enumerate(([0, 5], [5, 10], [10, 12]), 1):
        by_number = api.post("query", {**body, "page": page})
        by_cursor = api.post("query", {**body, **cursor})
        assert ids(by_number) == ids(by_cursor) == [f"r{n:02}" for n in range(*right)]
        assert by_number.json["meta"] == by_cursor.json["meta"]
        cursor = {"cursor": by_cursor.json["meta"].get("cursor", "")}
    assert cursor == {"cursor": ""}


def test_a_page_behind_the_last_is_empty(api: Api, numbers: str) -> None:
    answer = api.post("query", {"collectionKey": numbers, "page": 50, "perPage": 20})
    assert ids(answer) == []
    assert "cursor" not in answer.json["meta"]


def test_twenty_hits_are_a_page_and_the_newest_come_first(api: Api, numbers: str) -> None:
    answer = api.post("query", {"collectionKey": numbers})
    assert ids(answer) == [f"r{n:02}" for n in reversed(range(12))]
    assert answer.json["meta"] == {"perPage": 20}


def test_the_most_frequent_values_are_shown_first_and_only_so_many(api: Api, numbers: str) -> None:
    aggregations = [{"path": "tags", "size": 2}, {"path": "kind"}]
    body = {"collectionKey": numbers, "aggregations": aggregations}
    tags, kinds = api.post("query", body).json["aggregations"]
    assert tags["buckets"][0] == {"value": "x", "count": 12}
    assert [bucket["count"] for bucket in tags["buckets"]] == [12, 3]
    assert {bucket["value"]: bucket["count"] for bucket in kinds["buckets"]} == dict.fromkeys(
        "abcd", 3
    )


def test_aggregations_are_of_all_that_is_found_and_not_of_the_page(api: Api, numbers: str) -> None:
    body = {
        "collectionKey": numbers,
        "filter": {"lt": {"n": 8}},
        "perPage": 1,
        "aggregations": [{"path": "kind"}],
    }
    (kinds,) = api.post("query", body).json["aggregations"]
    assert sum(bucket["count"] for bucket in kinds["buckets"]) == 9


def test_aggregations_tell_where_they_did_not_look_at_all(
    api: Api, numbers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.search.aggregations.COUNTED", 5)
    body = {"collectionKey": numbers, "aggregations": [{"path": "tags"}]}
    (tags,) = api.post("query", body).json["aggregations"]
    assert tags["buckets"][0] == {"value": "x", "count": 5}
    assert not tags["isExact"]


def test_an_estimate_of_what_is_large_is_the_planners(
    api: Api, numbers: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for query in ("", "data.kind=a&", "data.n__gte=3&"):
        exact = api.get(f"resources/{numbers}?{query}total=exact").json["meta"]["total"]
        small = api.get(f"resources/{numbers}?{query}total=estimated").json["meta"]["total"]
        assert small == exact
    monkeypatch.setattr(totals, "COUNTED", 2)
    large = api.get(f"resources/{numbers}?total=estimated").json["meta"]["total"]
    assert large >= 2


def test_query_finds_relationships_too(api: Api, source: Source) -> None:
    for id in ("a", "b"):
        api.put(f"resources/provider/{id}", {"data": {"name": id}})
    api.put("resources/office/x", {"data": {}})
    api.put("relationships/provider-office/a.x", {"data": {"effective": {"start": "2024"}}})
    api.put("relationships/provider-office/b.x", {"data": {}})
    body = {
        "collectionKey": "provider-office",
        "collectionType": "relationships",
        "filter": {"any": {"effective.start": ["2024"]}},
        "aggregations": [{"path": "effective.start"}],
    }
    answer = api.post("query", body)
    (hit,) = answer.json["hits"]
    assert hit["hitType"] == "RELATIONSHIP"
    assert hit["relationship"] == api.get("relationships/provider-office/a.x").json
    assert json.loads(answer.text)["aggregations"][0]["buckets"] == [{"value": "2024", "count": 1}]
