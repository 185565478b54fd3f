"""Whatever a body says, the answer is a 400 in the one shape, or right."""

from __future__ import annotations

import json
from typing import Any

import pytest

from profiles.exact import encode
from tests.clients import Api
from tests.search.attacked import is_in_shape

WRONG_BODIES: list[Any] = [
    *({"sort": None}, {"sort": []}, {"sort": "id"}, {"sort": {}}, {"sort": {"path": 1}}),
    *({"sort": {"path": "n", "direction": "up"}}, {"sort": {"path": "n", "direction": []}}),
    *({"sort": {"path": "plain"}}, {"sort": {"path": "nope"}}, {"sort": {"path": "-id"}}),
    *({"sort": {"path": "at"}}, {"sort": {"path": "n", "more": 1}}, {"sort": {"path": ""}}),
    *({"page": 0}, {"page": 1.5}, {"page": "1"}, {"page": True}, {"page": None}, {"page": 1001}),
    *({"page": 2, "perPage": 1000}, {"perPage": 0}, {"perPage": 1001}, {"perPage": []}),
    *({"cursor": 1}, {"cursor": ""}, {"cursor": "a"}, {"cursor": "a.b"}, {"cursor": "é"}),
    *(
        {"cursor": {}},
        {"cursor": None},
        {"total": 1},
        {"total": "all"},
        {"total": []},
        {"total": None},
    ),
    *({"query": ""}, {"query": 1}, {"query": "--"}, {"query": None}, {"query": "a " * 11}),
    *({"properties": []}, {"properties": {"include": [1]}}, {"properties": {"only": []}}),
    *({"properties": {"include": ["nope"]}}, {"properties": {"exclude": ["'"]}}),
    *({"properties": {"include": {"name": 1}}}, {"properties": None}),
    *({"aggregations": {}}, {"aggregations": [1]}, {"aggregations": [{}]}),
    *({"aggregations": [{"path": "nope"}]}, {"aggregations": [{"path": "at"}]}),
    *({"aggregations": [{"path": "name", "size": 0}]}, {"aggregations": [{"path": ["name"]}]}),
    *({"aggregations": [{"path": "name", "size": 1001}]}, {"aggregations": None}),
    *({"aggregations": [{"path": "name", "size": True}]}, {"aggregations": [{"path": "n"}] * 11}),
    *({"nope": 1}, {"collectionKey": None}, {"collectionKey": "nope"}, {"collectionKey": []}),
    *({"collectionKey": "'"}, {"collectionType": "nope"}, {"collectionType": None}),
    *({"collectionType": ["resources"]}, {"collectionType": "relationships"}),
]


def test_a_member_of_query_that_is_none_is_refused(
    subtests: pytest.Subtests, api: Api, profile: str
) -> None:
    for members in WRONG_BODIES:
        with subtests.test(json.dumps(members)[:60]):
            answer = api.post("query", {"collectionKey": profile, **members})
            assert is_in_shape(answer), answer.text
            places = {place.split("/")[1] for place, _ in answer.faults}
            assert places <= {*members, "collectionKey"}


WRONG_PARAMS: list[Any] = [
    *(None, [], {"sort": {}}, {"page": 1}, {"perPage": 0}, {"cursor": "a.b"}, {"cursor": None}),
    *({"aggregations": []}, {"filter": {"eq": {"nope": 1}}}, {"query": "ada"}),
]
WRONG_BROWSING: list[Any] = [
    *({}, {"collectionKeys": []}, {"collectionKeys": None}, {"collectionKeys": {}}),
    *({"collectionKeys": [1]}, {"collectionKeys": [None]}, {"collectionKeys": [["a"]]}),
    *({"collectionKeys": ["nope"]}, {"collectionKeys": ["provider", "provider"]}),
    *({"collectionKeys": ["provider"] * 21}, {"collectionKeys": "provider"}),
    *({"collectionKeys": ["provider"], "nope": 1}),
    *({"collectionKeys": ["provider"], "params": params} for params in WRONG_PARAMS),
    *(None, [], "a", 1),
]


def test_a_body_of_browse_that_is_none_is_refused(subtests: pytest.Subtests, api: Api) -> None:
    for body in WRONG_BROWSING:
        with subtests.test(json.dumps(body)[:60]):
            assert is_in_shape(api.post("browse", encode(body)))


def test_a_body_that_is_no_json_is_refused(
    subtests: pytest.Subtests, api: Api, profile: str
) -> None:
    for text in (r'"\ud800"', r'"a\u0000b"', "NaN", "Infinity", '"a', "{", ""):
        for place in ('{"eq":{"name":%s}}', '{"eq":{%s:1}}', "%s"):
            with subtests.test(place % text):
                body = f'{{"collectionKey":"{profile}","filter":{place % text}}}'
                assert is_in_shape(api.post("query", body))
