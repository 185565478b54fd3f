"""Lists of records: keyset pages that no write in between can shift."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.clients import Answer, Api

PROVIDERS = "resources/provider"


def make(api: Api, *ids: str, **meta: Any) -> None:
    for id in ids:
        api.put(f"{PROVIDERS}/{id}", {"data": {"name": id}, "meta": meta})


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def walk(api: Api, path: str) -> list[list[str]]:
    """The ids of every page."""
    pages = []
    answer = api.get(path)
    while True:
        pages.append(ids(answer))
        cursor = answer.json["meta"].get("cursor")
        if cursor is None:
            return pages
        answer = api.get(f"{path}&cursor={cursor}")


def cursor_of(*parts: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=")


def test_a_list_shows_whole_records(api: Api) -> None:
    make(api, "a")
    assert api.get(PROVIDERS).json["data"] == [api.get(f"{PROVIDERS}/a").json]


def test_an_empty_list(api: Api) -> None:
    assert api.get(PROVIDERS).json == {"data": [], "meta": {"perPage": 100}}


def test_the_newest_come_first(api: Api) -> None:
    make(api, "b", "c", "a")
    assert ids(api.get(PROVIDERS)) == ["a", "c", "b"]
    assert ids(api.get(f"{PROVIDERS}?sort=-createdAt")) == ["a", "c", "b"]


def test_a_list_can_be_sorted_by_id(api: Api) -> None:
    make(api, "b", "B", "1", "a", "-", "a-b", "aB")
    assert ids(api.get(f"{PROVIDERS}?sort=id")) == ["-", "1", "B", "a", "a-b", "aB", "b"]


def test_ties_are_broken_by_id(api: Api) -> None:
    make(api, "b", "a", "c", createdAt="2001-01-01T00:00:00Z")
    assert walk(api, f"{PROVIDERS}?perPage=1") == [["c"], ["b"], ["a"]]


def test_a_change_does_not_move_a_record(api: Api) -> None:
    make(api, "a", "b")
    api.put(f"{PROVIDERS}/a", {"data": {}})
    assert ids(api.get(PROVIDERS)) == ["b", "a"]


@pytest.mark.parametrize("sort", ["-createdAt", "id"])
@pytest.mark.parametrize("size", [1, 2, 3, 5, 6])
def test_pages_hold_every_record_once(api: Api, sort: str, size: int) -> None:
    make(api, "a", "b", "c", "d", "e")
    pages = walk(api, f"{PROVIDERS}?sort={sort}&perPage={size}")
    assert [id for page in pages for id in page] == ids(api.get(f"{PROVIDERS}?sort={sort}"))
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert len(pages) == -(-5 // size)


def test_the_last_page_has_no_cursor_even_if_it_is_full(api: Api) -> None:
    make(api, "a", "b")
    assert api.get(f"{PROVIDERS}?perPage=2").json["meta"] == {"perPage": 2}


def test_the_default_is_100_and_the_most_is_1000(api: Api) -> None:
    make(api, *(f"p{n}" for n in range(101)))
    assert len(api.get(PROVIDERS).json["data"]) == 100
    assert len(api.get(f"{PROVIDERS}?perPage=1000").json["data"]) == 101


@pytest.mark.parametrize("sort", ["-createdAt", "id"])
def test_what_is_written_in_between_shifts_no_page(api: Api, sort: str) -> None:
    make(api, "b", "d", "f", "h")
    path = f"{PROVIDERS}?sort={sort}&perPage=2"
    first = api.get(path)
    for gone in ids(first):
        api.delete(f"{PROVIDERS}/{gone}")
    new = "a" if sort == "id" else "z"
    make(api, new)
    second = api.get(f"{path}&cursor={first.json['meta']['cursor']}")
    assert ids(second) == (["f", "h"] if sort == "id" else ["d", "b"])


def test_what_is_added_behind_a_cursor_comes_in_its_place(api: Api) -> None:
    make(api, "a", "b", "d", "e")
    first = api.get(f"{PROVIDERS}?sort=id&perPage=2")
    make(api, "c")
    second = api.get(f"{PROVIDERS}?sort=id&cursor={first.json['meta']['cursor']}")
    assert ids(second) == ["c", "d", "e"]


def test_the_size_of_pages_may_change_under_way(api: Api) -> None:
    make(api, "a", "b", "c", "d")
    first = api.get(f"{PROVIDERS}?sort=id&perPage=1")
    cursor = first.json["meta"]["cursor"]
    assert ids(api.get(f"{PROVIDERS}?sort=id&perPage=2&cursor={cursor}")) == ["b", "c"]


def test_a_cursor_goes_on_in_the_same_order_only(api: Api) -> None:
    make(api, "a", "b")
    cursor = api.get(f"{PROVIDERS}?perPage=1").json["meta"]["cursor"]
    answer = api.get(f"{PROVIDERS}?sort=id&cursor={cursor}")
    assert answer.faults == [("?cursor", "parameter")]
    assert "sort=-createdAt" in answer.json["message"]


TIME = "2024-01-01T00:00:00Z"


@pytest.mark.parametrize(
    "cursor",
    [
        "x",
        "e30",
        "%00",
        "a+b/",
        "%C3%A9",
        "====",
        cursor_of(),
        cursor_of("id", None, []),
        cursor_of("id", None, ["a", "b"]),
        cursor_of("id", None, ["a"], 1),
        cursor_of("id", None, [1]),
        cursor_of("id", None, ["\0"]),
        cursor_of("id", None, ["é"]),
        cursor_of("id", TIME, ["a"]),
        cursor_of("-createdAt", None, ["a"]),
        cursor_of("-createdAt", TIME.rstrip("Z"), ["a"]),
        cursor_of("-createdAt", "yesterday", ["a"]),
        cursor_of("-createdAt", "0001-01-01T00:00:00+23:59", ["a"]),
        cursor_of("-createdAt", "9999-12-31T23:59:59-23:59", ["a"]),
        cursor_of("name", None, ["a"]),
        {"sort": "id"},
    ],
)
@pytest.mark.parametrize("sort", ["-createdAt", "id"])
def test_what_is_no_cursor_is_a_400(api: Api, cursor: Any, sort: str) -> None:
    text = cursor if isinstance(cursor, str) else cursor_of(cursor)
    answer = api.get(f"{PROVIDERS}?sort={sort}&cursor={text}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("?cursor", "parameter")]


def test_a_cursor_that_was_altered_is_none(api: Api) -> None:
    make(api, "a", "b")
    cursor = api.get(f"{PROVIDERS}?perPage=1").json["meta"]["cursor"]
    text, _, signature = cursor.partition(".")
    other = cursor_of("-createdAt", "timestamptz", "2001-01-01 00:00:00+00", ["a"])
    for wrong in (text, f"{other}.{signature}", f"{text}.{signature[::-1]}", f"{cursor}x"):
        answer = api.get(f"{PROVIDERS}?cursor={wrong}")
        assert answer.faults == [("?cursor", "parameter")], wrong
    assert ids(api.get(f"{PROVIDERS}?cursor={cursor}")) == ["a"]


def test_a_cursor_is_of_one_list(api: Api) -> None:
    make(api, "a", "b")
    api.put("profiles/office", {"properties": {"name": {"type": "symbol"}}})
    cursor = api.get(f"{PROVIDERS}?perPage=1").json["meta"]["cursor"]
    assert api.get(f"resources/office?cursor={cursor}").faults == [("?cursor", "parameter")]


def test_records_of_either_end_of_time_are_passed_over(api: Api) -> None:
    make(api, "a", createdAt="0001-01-01T00:00:00Z")
    make(api, "b")
    assert walk(api, f"{PROVIDERS}?perPage=1") == [["b"], ["a"]]
    assert walk(api, f"{PROVIDERS}?perPage=1&sort=createdAt") == [["a"], ["b"]]


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("perPage=0", ["?perPage"]),
        ("perPage=1001", ["?perPage"]),
        ("perPage=-1", ["?perPage"]),
        ("perPage=1.0", ["?perPage"]),
        ("perPage=%2B1", ["?perPage"]),
        ("perPage=%D9%A1", ["?perPage"]),
        (f"perPage={'9' * 5_000}", ["?perPage"]),
        ("perPage=", ["?perPage"]),
        ("perPage", ["?perPage"]),
        ("sort=-name", ["?sort"]),
        ("sort=data.", ["?sort"]),
        ("total=yes", ["?total"]),
        ("fields=name", ["?fields"]),
        ("fields=data.,meta", ["?fields"]),
        ("explain=1", ["?explain"]),
        ("createdAt__gte=yesterday", ["?createdAt__gte"]),
        ("updatedAt__lte=2024-05-31T10:00:00", ["?updatedAt__lte"]),
        ("sort=name", ["?sort"]),
        ("sort=", ["?sort"]),
        ("cursor=", ["?cursor"]),
        ("sort=id&sort=id", ["?sort"]),
        ("page=1", ["?page"]),
        ("format=json", ["?format"]),
        ("name=Ada&_=1", ["?name", "?_"]),
        ("SORT=id", ["?SORT"]),
        ("=1", ["?"]),
        ("identifier=", ["?identifier"]),
        ("identifier=%00", ["?identifier"]),
        ("identifier=%FF", ["?identifier"]),
        ("identifier=a%ED%A0%80", ["?identifier"]),
    ],
)
def test_a_parameter_that_is_unknown_or_ill_formed_is_a_400(
    api: Api, query: str, wrong: list[str]
) -> None:
    answer = api.get(f"{PROVIDERS}?{query}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [(place, "parameter") for place in wrong]


def test_an_unknown_parameter_is_told_what_there_is(api: Api) -> None:
    (fault,) = api.get(f"{PROVIDERS}?limit=5").json["details"]
    assert {"cursor", "data.<path>", "identifier", "perPage", "sort"} < set(fault["expected"])


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", f"{PROVIDERS}/a"),
        ("PUT", f"{PROVIDERS}/a"),
        ("PATCH", f"{PROVIDERS}/a"),
        ("DELETE", f"{PROVIDERS}/a"),
        ("POST", PROVIDERS),
        ("GET", "profiles/provider"),
        ("PUT", "profiles/provider"),
        ("GET", "profiles/provider/schema"),
        ("GET", "relationships/provider-office/a.b"),
        ("PUT", "resources/office/a/primaryPaymentMethod/b"),
        ("GET", "/catalog/v1/sources"),
    ],
)
def test_no_endpoint_ignores_a_parameter(api: Api, method: str, path: str) -> None:
    make(api, "a")
    answer = api.send(method, f"{path}?dryRun=true", {"data": {"name": "changed"}})
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("?dryRun", "parameter")]
    assert api.get(f"{PROVIDERS}/a").json["data"] == {"name": "a"}


def test_a_list_of_relationships_comes_in_pages_too(api: Api) -> None:
    make(api, "a", "b", "c")
    for office in ("y", "x"):
        api.put(f"resources/office/{office}", {"data": {}})
    for ends in ("b.x", "a.y", "c.x", "a.x", "c.y"):
        api.put(f"relationships/provider-office/{ends}", {})
    by_id = walk(api, "relationships/provider-office?sort=id&perPage=2")
    by_age = walk(api, "relationships/provider-office?perPage=2")
    short = [
        [[id.split(",")[0][9:] + id.split(".")[-1] for id in page] for page in pages]
        for pages in (by_id, by_age)
    ]
    assert short == [[["ax", "ay"], ["bx", "cx"], ["cy"]], [["cy", "ax"], ["cx", "ay"], ["bx"]]]


def test_filtered_relationships_come_in_pages_too(api: Api) -> None:
    make(api, "a")
    for n in range(5):
        api.put(f"resources/office/o{n}", {"data": {}})
        api.put(f"relationships/provider-office/a.o{n}", {})
    pages = walk(api, "relationships/provider-office?from=a&sort=id&perPage=2")
    assert [len(page) for page in pages] == [2, 2, 1]


def test_lists_never_count(api: Api) -> None:
    make(api, "a", "b")
    with CaptureQueriesContext(connection) as queries:
        answer = api.get(f"{PROVIDERS}?perPage=1")
    assert "total" not in answer.json["meta"]
    assert not [query for query in queries if "count(" in query["sql"].lower()]


@pytest.mark.parametrize("sort", ["-createdAt", "id"])
def test_a_page_is_read_from_an_index_in_its_order(api: Api, sort: str) -> None:
    """So the last page costs what the first one does."""
    make(api, "a", "b", "c")
    path = f"{PROVIDERS}?sort={sort}&perPage=1"
    cursor = api.get(path).json["meta"]["cursor"]
    with CaptureQueriesContext(connection) as queries:
        api.get(f"{path}&cursor={cursor}")
    (listing,) = [query["sql"] for query in queries if "LIMIT" in query["sql"]]
    with connection.cursor() as database:
        database.execute("SET LOCAL enable_seqscan = off; SET LOCAL enable_sort = off")
        database.execute("SET LOCAL enable_bitmapscan = off")
        database.execute(f"EXPLAIN {listing}")
        plan = "\n".join(line for (line,) in database.fetchall())
    assert "Sort" not in plan
    condition = next(line for line in plan.splitlines() if "Index Cond" in line)
    assert "public_id" in condition, "the index is entered where the page begins"
