"""Filters by `data`, made from the profile."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_filters import FilterSet

from ingestion.filters.data import data_filter
from ingestion.models import Resource
from ingestion.sql import run
from profiles.datatypes import DATA_TYPES
from profiles.datatypes.base import Lookup
from profiles.exact import decode
from profiles.models import Source
from profiles.reading import read_properties
from tests.api.conftest import Profiled
from tests.api.test_types_through_api import WRITTEN_OUT
from tests.clients import Answer, Api
from tests.datatypes import TABLE

SYMBOL = {"type": "symbol"}
COMPARED = [name for name, type in DATA_TYPES.items() if Lookup.EQUAL in type.lookups]
MADE_OF_PARTS = [name for name in TABLE if name not in COMPARED and name not in ("array", "object")]


def put(api: Api, profile: str, rows: dict[str, Any]) -> None:
    for id, data in rows.items():
        answer = api.put(f"resources/{profile}/{id}", {"data": data})
        assert answer.status == 201, answer.text


def ask(api: Api, profile: str, **filters: str) -> Answer:
    query = urlencode({f"data.{name}": text for name, text in filters.items()})
    return api.get(f"resources/{profile}?sort=id&{query}")


def found(api: Api, profile: str, **filters: str) -> list[str]:
    answer = ask(api, profile, **filters)
    assert answer.status == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def as_typed(text: str) -> str:
    """A value of the table as it stands in an address."""
    value = decode(text.encode())
    return value if isinstance(value, str) else text


def sendable(type: str) -> list[str]:
    return [text for text in TABLE[type].valid if len(text) < 1_000]


# Every type


@pytest.mark.parametrize("type", COMPARED)
def test_every_value_of_a_type_is_found_by_itself(api: Api, profiled: Profiled, type: str) -> None:
    definition = TABLE[type].definition
    profile = profiled({"x": definition, "many": {"type": "array", "items": definition}})
    texts = sendable(type)
    for index, text in enumerate(texts):
        api.put(f"resources/{profile}/r{index}", f'{{"data":{{"x":{text},"many":[{text}]}}}}')
    for index, text in enumerate(texts):
        equal = [f"r{n}" for n, other in enumerate(texts) if same(text, other)]
        assert f"r{index}" in equal
        for name in ("x", "many"):
            assert found(api, profile, **{name: as_typed(text)}) == sorted(equal), text


@pytest.mark.parametrize("type", COMPARED)
def test_a_value_that_is_none_of_its_type_is_a_400(api: Api, profiled: Profiled, type: str) -> None:
    profile = profiled({"x": TABLE[type].definition})
    for text in TABLE[type].invalid.keys() - WRITTEN_OUT.keys():
        typed = as_typed(text)
        if not isinstance(decode(text.encode()), str) and DATA_TYPES[type].is_text:
            continue  # An address holds text only: `1` is one.
        if "\0" in typed or (isinstance(decode(text.encode()), str) and takes(type, typed)):
            continue
        answer = ask(api, profile, x=typed)
        assert answer.error == (400, "INVALID_ARGUMENT"), text
        assert answer.faults == [("?data.x", "parameter")]
        assert answer.json["details"][0]["message"].startswith("Must"), text


@pytest.mark.parametrize("type", MADE_OF_PARTS)
def test_what_is_made_of_parts_is_found_by_them(api: Api, profiled: Profiled, type: str) -> None:
    profile = profiled({"x": TABLE[type].definition})
    value = DATA_TYPES[type].example
    put(api, profile, {"one": {"x": value}, "two": {}})
    for key, part in value.items():
        typed = part[0] if isinstance(part, list) else part
        text = typed if isinstance(typed, str) else json.dumps(typed)
        assert found(api, profile, **{f"x.{key}": text}) == ["one"]
    (fault,) = ask(api, profile, x=json.dumps(value)).json["details"]
    assert fault["expected"][-1] == "data.x__isnull"
    assert "data.x" not in fault["expected"]


@pytest.mark.parametrize("type", list(TABLE))
def test_every_type_is_there_or_absent(api: Api, profiled: Profiled, type: str) -> None:
    profile = profiled({"x": TABLE[type].definition})
    api.put(f"resources/{profile}/one", f'{{"data":{{"x":{TABLE[type].valid[0]}}}}}')
    put(api, profile, {"two": {}})
    assert found(api, profile, x__isnull="false") == ["one"]
    assert found(api, profile, x__isnull="true") == ["two"]


def same(one: str, other: str) -> bool:
    return bool(decode(one.encode()) == decode(other.encode()))


def takes(type: str, typed: str) -> bool:
    """Whether a quoted value of the table is none, but a value once the quotes are gone."""
    return not DATA_TYPES[type].is_text and typed.strip() in ("1", "true", "false")


# Paths


def test_nested_properties_and_those_in_arrays(api: Api, profiled: Profiled) -> None:
    contact = {"type": "object", "properties": {"kind": SYMBOL, "names": listed(SYMBOL)}}
    grid = listed(listed({"type": "integer"}))
    profile = profiled({"home": {"type": "address"}, "contacts": listed(contact), "grid": grid})
    put(
        api,
        profile,
        {
            "a": {"home": {"city": "Toronto"}, "grid": [[1, 2], [3]]},
            "b": {"contacts": [{"kind": "x"}, {"kind": "y", "names": ["Ada", "Han"]}]},
            "c": {"home": {"line": ["1 Main Street", "Toronto"]}, "contacts": [{}]},
        },
    )
    assert found(api, profile, **{"home.city": "Toronto"}) == ["a"]
    assert found(api, profile, **{"home.line": "Toronto"}) == ["c"]
    assert found(api, profile, **{"contacts.kind": "y"}) == ["b"]
    assert found(api, profile, **{"contacts.names": "Han"}) == ["b"]
    assert found(api, profile, grid="3") == ["a"]
    assert found(api, profile, **{"home.city__isnull": "true"}) == ["b", "c"]
    assert found(api, profile, **{"contacts.kind__isnull": "false"}) == ["b"]
    assert found(api, profile, contacts__isnull="false") == ["b", "c"]
    assert found(api, profile, grid__isnull="true") == ["b", "c"]


def listed(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


@pytest.mark.parametrize(
    "key", ["contains", "in", "isnull", "data", "a-b", "-", "id", "exact", "0", "from", "x-y_z"]
)
def test_a_key_means_nothing_but_itself(api: Api, profiled: Profiled, key: str) -> None:
    nested = {"type": "object", "properties": {key: SYMBOL}}
    profile = profiled({key: SYMBOL, "other": SYMBOL, "nested": nested})
    rows = {"a": {key: "x"}, "b": {key: "y", "nested": {key: "x"}}, "c": {"other": "x"}}
    put(api, profile, rows)
    assert found(api, profile, **{key: "x"}) == ["a"]
    assert found(api, profile, **{f"{key}__in": "x,y"}) == ["a", "b"]
    assert found(api, profile, **{f"{key}__isnull": "true"}) == ["c"]
    assert found(api, profile, **{f"nested.{key}": "x"}) == ["b"]


# Comparing


def test_numbers_compare_as_numbers(api: Api, profiled: Profiled) -> None:
    profile = profiled({"x": {"type": "decimal"}})
    api.put(f"resources/{profile}/a", '{"data":{"x":1.10}}')
    for text in ("1.1", "1.10", "11e-1", "1.100"):
        assert found(api, profile, x=text) == ["a"]
    assert found(api, profile, x="1.11") == []


def test_text_compares_to_the_letter(api: Api, profiled: Profiled) -> None:
    profile = profiled({"x": SYMBOL})
    put(api, profile, {"a": {"x": "Ada"}, "b": {"x": "ada"}, "c": {"x": ""}, "d": {}})
    assert found(api, profile, x="ada") == ["b"]
    assert found(api, profile, x="") == ["c"]
    assert found(api, profile, x="Ada%") == []


def test_what_is_left_of_another_type_is_not_found(api: Api, profiled: Profiled) -> None:
    """A profile that changed leaves its records as they are."""
    profile = profiled({"x": {"type": "integer"}})
    put(api, profile, {"a": {"x": 1}})
    api.put(f"profiles/{profile}", {"properties": {"x": SYMBOL}})
    assert found(api, profile, x="1") == []


def test_one_of_several_values(api: Api, profiled: Profiled) -> None:
    profile = profiled({"x": SYMBOL})
    put(api, profile, {"a": {"x": "a"}, "b": {"x": "Doe, John"}, "c": {"x": 'say "a"'}, "d": {}})
    assert found(api, profile, x__in="a") == ["a"]
    assert found(api, profile, x__in="Doe, John") == []
    assert found(api, profile, x__in='"Doe, John",a') == ["a", "b"]
    assert found(api, profile, x__in='"say ""a"""') == ["c"]
    assert found(api, profile, x__in='say "a"') == ["c"]


def test_filters_hold_together(api: Api, profiled: Profiled) -> None:
    profile = profiled({"x": SYMBOL, "y": {"type": "boolean"}})
    put(api, profile, {"a": {"x": "1", "y": True}, "b": {"x": "1", "y": False}, "c": {"x": "2"}})
    assert found(api, profile, x="1", y="true") == ["a"]
    assert found(api, profile, x__in="1,2", y__isnull="true") == ["c"]


def test_pages_of_what_is_filtered(api: Api, profiled: Profiled) -> None:
    profile = profiled({"x": SYMBOL})
    put(api, profile, {f"r{n}": {"x": "ab"[n % 2]} for n in range(6)})
    path = f"resources/{profile}?data.x=a&perPage=2"
    first = api.get(path).json
    assert [row["id"] for row in first["data"]] == ["r4", "r2"]
    second = api.get(f"{path}&cursor={first['meta']['cursor']}").json
    assert [row["id"] for row in second["data"]] == ["r0"]


# What there is not


def test_an_unknown_path_is_told_what_there_is(api: Api, profiled: Profiled) -> None:
    profile = profiled({"name": SYMBOL, "when": {"type": "period"}})
    answer = ask(api, profile, nmae="x", **{"when.from": "2024"})
    assert answer.faults == [("?data.nmae", "parameter"), ("?data.when.from", "parameter")]
    expected = answer.json["details"][0]["expected"]
    assert expected[:2] == ["data.name", "data.name__in"]
    assert {"data.name__isnull", "data.when__isnull"} <= set(expected)
    assert "data.when.start__in" in expected


@pytest.mark.parametrize(
    "name",
    [
        *("x__gte", "x__", "x__contains", "x__exact", "x__in__in", "x__IN", "x._", "x.", "", ".x"),
        *("x.y", "X", "x ", "x__isnull__in", "x'", 'x"', "x) OR 1=1--", "x::text", "x[0]", "x[*]"),
        *("x%", "%s", "x;", "__class__", "x__data", "<path>", "$.x", "é"),
    ],
)
def test_a_name_that_is_none_is_a_400(api: Api, profiled: Profiled, name: str) -> None:
    profile = profiled({"x": SYMBOL})
    put(api, profile, {"a": {"x": "1"}})
    answer = ask(api, profile, **{name: "1"})
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [(f"?data.{name}", "parameter")]


@pytest.mark.parametrize("text", ["' OR 1=1 --", '"', '{"x":1}', "%s", "%(x)s", "\\", "$1", "]"])
def test_a_value_is_only_a_value(api: Api, profiled: Profiled, text: str) -> None:
    profile = profiled({"x": SYMBOL})
    put(api, profile, {"a": {"x": text}, "b": {"x": "other"}})
    assert found(api, profile, x=text) == ["a"]


@pytest.mark.parametrize(
    "query",
    [
        *("data.x__isnull=1", "data.x__isnull=", "data.x__isnull=True", "data.x__in="),
        *('data.x__in="a', "data.x__in=" + ",".join("a" * 101), "data.x=1&data.x=2", "data.x=%00"),
        *("data.n=", "data.n=one", "data.n__in=1,,2", "data.n__in=1,x", "data.b=1", "data=1"),
        *("data.n=1e999999999", "data.n__in=1%0A2", "data.x__in=a%0Ab", "data.n=[1]"),
    ],
)
def test_an_ill_formed_value_is_a_400(api: Api, profiled: Profiled, query: str) -> None:
    profile = profiled({"x": SYMBOL, "n": {"type": "integer"}, "b": {"type": "boolean"}})
    answer = api.get(f"resources/{profile}?{query}")
    assert answer.error == (400, "INVALID_ARGUMENT"), answer.text
    assert answer.faults == [(f"?{query.partition('=')[0]}", "parameter")]


def test_all_faults_come_at_once(api: Api, profiled: Profiled) -> None:
    profile = profiled({"n": {"type": "integer"}, "b": {"type": "boolean"}})
    answer = api.get(f"resources/{profile}?data.n=x&data.m=1&data.b=x&identifier=a:b")
    assert {path for path, _ in answer.faults} == {"?data.n", "?data.m", "?data.b"}


def test_the_unknown_ones_of_a_large_profile_make_no_large_answer(
    api: Api, profiled: Profiled
) -> None:
    profile = profiled({f"a{n}": {"type": "address"} for n in range(40)})
    query = "&".join(f"data.z{n}=1" for n in range(100))
    assert len(api.get(f"resources/{profile}?{query}").text) < 200_000


# Where else, and how


def test_relationships_are_filtered_by_their_data(api: Api, provider: str, office: str) -> None:
    api.put("relationships/provider-office/ada.west", {"data": {"effective": {"start": "2024"}}})
    path = "relationships/provider-office?data.effective"
    assert len(api.get(f"{path}.start=2024").json["data"]) == 1
    assert len(api.get(f"{path}.start=2023").json["data"]) == 0
    assert len(api.get(f"{path}.end__isnull=true&from=ada").json["data"]) == 1
    assert api.get(f"{path}=2024").status == 400
    both = api.get(f"{path}.begin=2024&from=_")
    assert {path for path, _ in both.faults} <= {"?from", "?data.effective.begin"}


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "looks"), [("data.x", 1), ("data.x__in", 2)])
def test_equality_is_answered_by_the_index(name: str, looks: int) -> None:
    properties = read_properties({"x": SYMBOL})
    filters = type("Filters", (FilterSet,), {name: data_filter(properties, name)})
    rows = filters({name: "1,2"}, Resource.objects.all()).qs
    with connection.cursor() as database:
        database.execute("SET LOCAL enable_seqscan = off")
    assert rows.explain().count("Bitmap Index Scan on resource_by_data") == looks


def test_a_filtered_list_keeps_no_plan(api: Api, profiled: Profiled) -> None:
    """It would be one for frequent values, or one for rare ones."""
    profile = profiled({"x": SYMBOL})
    for _ in range(4):
        found(api, profile, x="1")
        api.get(f"resources/{profile}")
    with connection.cursor() as database:
        database.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in database.fetchall() if "LIMIT 101" in statement]
    assert [statement for statement in kept if "@>" in statement] == []


def many(source: Source, profile: str, count: int) -> None:
    """Records of which every second has x = "a", and every five hundredth y = "b"."""
    run(
        """
        INSERT INTO ingestion_resource
            (id, source_id, profile_id, public_id, data, contained, identifiers, version,
             contract_version, created_at, updated_at)
        SELECT gen_random_uuid(), %s, profiles_profile.id, 'r' || lpad(n::text, 5, '0'),
               jsonb_build_object('x', CASE WHEN n %% 2 = 0 THEN 'a' ELSE 'c' END,
                                  'y', CASE WHEN n %% 500 = 0 THEN 'b' ELSE 'c' END,
                                  'wide', repeat(md5(n::text), 40)),
               '{}', '[]', 1, 1, now() - n * interval '1 second', now()
        FROM generate_series(1, %s) AS n, profiles_profile
        WHERE profiles_profile.key = %s
        """,
        [source.pk, count, profile],
    )
    run("ANALYZE ingestion_resource", [])


@pytest.mark.parametrize("sort", ["-createdAt", "id"])
@pytest.mark.parametrize(("query", "count"), [("data.x=a", 1000), ("data.y=b", 4)])
def test_pages_of_rare_and_frequent_values_hold_each_once(
    api: Api, source: Source, profiled: Profiled, sort: str, query: str, count: int
) -> None:
    profile = profiled({"x": SYMBOL, "y": SYMBOL})
    many(source, profile, 2_000)
    path = f"resources/{profile}?sort={sort}&{query}&perPage={max(count // 2, 3)}"
    ids: list[str] = []
    cursor = ""
    while cursor is not None:
        page = api.get(f"{path}&cursor={cursor}" if cursor else path).json
        ids += [row["id"] for row in page["data"]]
        cursor = page["meta"].get("cursor")
    assert ids == sorted(ids)
    assert len(ids) == len(set(ids)) == count


@pytest.mark.parametrize(("query", "walks"), [("data.x=a", True), ("data.y=b", False)])
def test_the_list_is_walked_for_frequent_values_only(
    api: Api, source: Source, profiled: Profiled, query: str, walks: bool
) -> None:
    """The planner could not tell: of records so wide it keeps no statistics. It is told by the
    order, which an index gives or none."""
    profile = profiled({"x": SYMBOL, "y": SYMBOL})
    many(source, profile, 2_000)
    present = f"data.{query[5]}__isnull=false"
    with CaptureQueriesContext(connection) as queries:
        api.get(f"resources/{profile}?{query}&{present}&perPage=1")
    (listing,) = [query["sql"] for query in queries if query["sql"].endswith("LIMIT 2")]
    assert ("ORDER BY created_at DESC" in listing) is walks, "by an index, or by none"
