"""Whatever a filter says, the answer is a 400 that tells its place, or right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients import Api
from tests.search.attacked import is_harmless, is_in_shape


def nested(depth: int, operator: str = "not") -> Any:
    tree: Any = {"eq": {"n": 1}}
    for _ in range(depth):
        tree = {operator: tree if operator == "not" else [tree]}
    return tree


WRONG_FILTERS: list[Any] = [
    *(None, [], {}, "a", 1, True, {"eq": {}}, {"eq": []}, {"eq": {"n": 1, "i": 1}}),
    *({"eq": {"n": 1}, "any": {"n": [1]}}, {"EQ": {"n": 1}}, {"$where": "1"}, {"and": []}),
    *({"and": {}}, {"or": [1]}, {"not": []}, {"not": None}, {"eq": {"nope": 1}}, {"eq": {"": 1}}),
    *({"eq": {"n": "a"}}, {"eq": {"n": None}}, {"eq": {"n": [1]}}, {"eq": {"n": {}}}),
    *({"eq": {"n": True}}, {"eq": {"flag": 1}}, {"eq": {"name": 1}}, {"eq": {"name": "*a"}}),
    *({"eq": {"name": "x" * 1_001}}, {"eq": {"at": {"longitude": 1, "latitude": 2}}}),
    *({"gt": {"n": "1"}}, {"gt": {"n": None}}, {"gt": {"name": "a"}}, {"gt": {"born": "soon"}}),
    *({"gt": {"flag": True}}, {"gt": {"i": 1.5}}, {"lt": {"at": 1}}, {"any": {"n": 1}}),
    *({"any": {"n": []}}, {"any": {"n": [1, None]}}, {"any": {"n": [[1]]}}, {"all": {"at": [1]}}),
    *({"match": {"name": "a"}}, {"match": {"name": {"value": ""}}}, {"match": {"n": {}}}),
    *({"match": {"name": {"value": "a", "type": "fuzzy"}}}, {"match": {"name": {"value": "--"}}}),
    *({"match": {"name": {"value": "a", "type": []}}}, {"match": {"name": {"value": 1}}}),
    *({"match": {"n": {"value": "a"}}}, {"match": {"name": {"value": "a", "more": 1}}}),
    *({"match": {"plain": {"value": "a"}}}, {"eq": {"plain": "a"}}, {"eq": {"plain": "a*"}}),
    *({"geoDistance": {"at": {}}}, {"geoDistance": {"at": 1}}, {"geoDistance": {"n": {}}}),
    *(nested(10), nested(50), nested(150), nested(10, "and"), {"or": [{"eq": {"n": 1}}] * 100}),
    *({"and": [{"or": [{"eq": {"n": 1}}] * 9}] * 11}, {"match": {"name": {"value": "a " * 600}}}),
]


def test_a_filter_that_is_none_is_refused_at_its_place(
    subtests: pytest.Subtests, api: Api, profile: str
) -> None:
    for asked in WRONG_FILTERS:
        with subtests.test(json.dumps(asked)[:60]):
            answer = api.post("query", {"collectionKey": profile, "filter": asked})
            assert is_in_shape(answer), answer.text
            assert all(place.startswith("/filter") for place, _ in answer.faults)
            browsed = {"collectionKeys": [profile], "params": {"filter": asked}}
            answer = api.post("browse", browsed)
            assert is_in_shape(answer), answer.text
            assert all(place.startswith("/params/filter") for place, _ in answer.faults)


def circle(**members: Any) -> Any:
    at = {"longitude": members.pop("longitude", 0), "latitude": members.pop("latitude", 0)}
    return {"radius": 1, "coordinates": at, **members}


WRONG_CIRCLES = [
    *(circle(radius=-1), circle(radius=-0.001), circle(radius=None), circle(radius="1")),
    *(circle(radius=True), circle(radius=10**400), circle(radius=2_000_000_000)),
    *(circle(latitude=91), circle(latitude=-90.0001), circle(longitude=180.5)),
    *(circle(latitude=10**400), circle(longitude=-(10**400)), circle(latitude="0")),
    *(circle(more=1), circle(coordinates={}), circle(coordinates=[0, 0]), circle(coordinates=None)),
]


def test_a_circle_that_is_none_is_refused(
    subtests: pytest.Subtests, api: Api, profile: str
) -> None:
    for asked in WRONG_CIRCLES:
        with subtests.test(json.dumps(asked)[:60]):
            body = {"collectionKey": profile, "filter": {"geoDistance": {"at": asked}}}
            assert is_in_shape(api.post("query", body))


OPERANDS = [
    *('{"eq":{"n":%s}}', '{"gt":{"n":%s}}', '{"lt":{"i":%s}}', '{"any":{"n":[%s]}}'),
    '{"geoDistance":{"at":{"radius":%s,"coordinates":{"longitude":0,"latitude":0}}}}',
    '{"geoDistance":{"at":{"radius":1,"coordinates":{"longitude":%s,"latitude":0}}}}',
]
RAW_NUMBERS = ["1e400", "-1e400", "1e5000", "1e999999999", "1e-999999999", "9" * 5_000, "1e131073"]


def test_a_huge_number_breaks_nothing(subtests: pytest.Subtests, api: Api, profile: str) -> None:
    for number in RAW_NUMBERS:
        with subtests.test(number[:12]):
            for operand in OPERANDS:
                body = f'{{"collectionKey":"{profile}","filter":{operand % number}}}'
                assert is_harmless(api.post("query", body)), operand
            for member in ("page", "perPage"):
                body = f'{{"collectionKey":"{profile}","{member}":{number}}}'
                assert is_in_shape(api.post("query", body)), member
