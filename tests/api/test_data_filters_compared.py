"""Filters answer what a slow and obviously right filter does, for random records and values."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.models import Resource
from tests.api.conftest import Profiled
from tests.clients import Api

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture
    ],  # Each example empties the profile.
)

PROPERTIES: dict[str, Any] = {
    "in": {"type": "symbol"},
    "n": {"type": "integer"},
    "flag": {"type": "boolean"},
    "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
    "data": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {
                "contains": {"type": "symbol"},
                "deep": {"type": "object", "properties": {"x": {"type": "integer"}}},
                "tags": {"type": "array", "items": {"type": "symbol"}},
            },
        },
    },
}
PATHS = ["in", "n", "flag", "grid", "data.contains", "data.deep.x", "data.tags"]
GROUPS = ["data", "data.deep"]

words = st.sampled_from(["", "a", "b", "a,b", '"', "%", "1", "true", "é"])
numbers = st.integers(-1, 2)


def some(**members: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=members)


records = some(
    n=numbers,
    flag=st.booleans(),
    grid=st.lists(st.lists(numbers, max_size=2), max_size=2),
    data=st.lists(
        some(contains=words, deep=some(x=numbers), tags=st.lists(words, max_size=2)), max_size=2
    ),
    **{"in": words},
)


def leads_to(value: Any, keys: list[str]) -> Iterator[Any]:
    """What a path leads to; through arrays, in each element."""
    if keys and isinstance(value, list):
        for element in value:
            yield from leads_to(element, keys)
    elif not keys:
        yield value
    elif isinstance(value, dict) and keys[0] in value:
        yield from leads_to(value[keys[0]], keys[1:])


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for element in value:
            yield from leaves(element)
    else:
        yield value


def has(record: Any, path: str, values: list[Any]) -> bool:
    there = (leaf for found in leads_to(record, path.split(".")) for leaf in leaves(found))
    return any(type(leaf) is type(value) and leaf == value for leaf in there for value in values)


def is_there(record: Any, path: str) -> bool:
    return any(True for _ in leads_to(record, path.split(".")))


def values_at(path: str) -> st.SearchStrategy[Any]:
    return {"n": numbers, "flag": st.booleans(), "grid": numbers, "data.deep.x": numbers}.get(
        path, words
    )


def typed(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def quoted(text: str) -> str:
    """As in CSV."""
    return '"' + text.replace('"', '""') + '"'


@pytest.fixture
def profiled_once(api: Api, profiled: Profiled) -> tuple[Api, str]:
    return api, profiled(PROPERTIES)


@bounded
@given(data=st.data(), rows=st.lists(records, min_size=1, max_size=5))
def test_the_answer_is_that_of_a_slow_filter(
    profiled_once: tuple[Api, str], data: st.DataObject, rows: list[Any]
) -> None:
    api, profile = profiled_once
    Resource.objects.filter(profile__key=profile).delete()
    for index, row in enumerate(rows):
        assert api.put(f"resources/{profile}/r{index}", {"data": row}).status == 201
    path = data.draw(st.sampled_from(PATHS))
    values = data.draw(st.lists(values_at(path), min_size=1, max_size=3))
    there = data.draw(st.sampled_from([*PATHS, *GROUPS]))
    asked: dict[str, Callable[[Any], bool]] = {
        f"data.{path}={quote(typed(values[0]))}": lambda row: has(row, path, values[:1]),
        f"data.{path}__in={quote(','.join(quoted(typed(v)) for v in values))}": (
            lambda row: has(row, path, values)
        ),
        f"data.{there}__isnull=true": lambda row: not is_there(row, there),
        f"data.{there}__isnull=false": lambda row: is_there(row, there),
    }
    for query, holds in asked.items():
        answer = api.get(f"resources/{profile}?sort=id&{query}")
        expected = [f"r{index}" for index, row in enumerate(rows) if holds(row)]
        assert [row["id"] for row in answer.json["data"]] == expected, query
