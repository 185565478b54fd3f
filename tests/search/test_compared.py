"""Searches answer what a slow and obviously right filter does, for random records and filters."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.models import Resource
from profiles.datatypes.base import Scale
from profiles.paths import all_paths
from tests.clients import Api
from tests.search.conftest import Indexed
from tests.search.filters import of_lists, trees
from tests.search.reference import (
    Scales,
    has_words_somewhere,
    holds,
    leaves,
    words,
)
from tests.search.rich import GROUPED, RICH, Record, properties_of, records, scaled, value_at
from tests.search.values import texts

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,  # Each example empties the profile.
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)
PLANS = (
    "enable_seqscan",
    "enable_bitmapscan",
    "enable_indexscan",
)

definitions = pytest.mark.parametrize("definition", [RICH, GROUPED], ids=["rich", "grouped"])


class Desk:
    """Records of one profile, and searches among them."""

    def __init__(self, api: Api, profile: str, definition: Any) -> None:
        self.api, self.profile = api, profile
        paths = all_paths(properties_of(definition))
        self.scales: Scales = {path.text: path.element.prop.type.scale for path in paths}

    def keep(self, rows: list[Record]) -> None:
        cache.clear()
        Resource.objects.filter(profile__key=self.profile).delete()
        for index, row in enumerate(rows):
            answer = self.api.put(f"resources/{self.profile}/r{index}", {"data": row})
            assert answer.status == 201, answer.text

    def listed(self, query: str) -> list[str]:
        answer = self.api.get(f"resources/{self.profile}?sort=id&{query}")
        assert answer.status == 200, answer.text
        return [row["id"] for row in answer.json["data"]]

    def queried(self, **asked: Any) -> list[str]:
        body = {"collectionKey": self.profile, "sort": {"path": "id"}, **asked}
        answer = self.api.post("query", body)
        assert answer.status == 200, answer.text
        return [hit["resource"]["id"] for hit in answer.json["hits"]]


def by_every_plan() -> Iterator[str]:
    """With the planner's choice, and with each way to read rows forbidden in turn."""
    for forbidden in ("", *PLANS):
        with connection.cursor() as cursor:
            for name in PLANS:
                cursor.execute(f"SET LOCAL {name} = {'off' if name == forbidden else 'on'}")
        yield forbidden


@pytest.fixture
def desk(api: Api, indexed: Indexed, definition: Any) -> Desk:
    return Desk(api, indexed(definition), definition)


def expected(rows: list[Record], test: Any) -> list[str]:
    return [f"r{index}" for index, row in enumerate(rows) if test(row)]


@definitions
@bounded
@given(data=st.data())
def test_a_filter_of_a_list_holds_as_in_python_and_as_in_a_query(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=1, max_size=5))
    desk.keep(rows)
    for asked in data.draw(st.lists(of_lists(definition), min_size=1, max_size=4)):
        right = expected(rows, lambda row, asked=asked: holds(row, asked.meaning, desk.scales))
        for forbidden in by_every_plan():
            assert desk.listed(asked.query) == right, (asked, forbidden)
        assert desk.queried(filter=asked.meaning) == right, asked


@definitions
@bounded
@given(data=st.data())
def test_a_tree_of_operators_holds_as_in_python(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=1, max_size=5))
    desk.keep(rows)
    for tree in data.draw(st.lists(trees(definition), min_size=1, max_size=3)):
        right = expected(rows, lambda row, tree=tree: holds(row, tree, desk.scales))
        for forbidden in by_every_plan():
            assert desk.queried(filter=tree) == right, (tree, forbidden)


@definitions
@bounded
@given(data=st.data())
def test_text_begins_and_has_words_as_in_python(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=1, max_size=5))
    desk.keep(rows)
    paths = scaled(definition, Scale.TEXT)
    path = data.draw(st.sampled_from(paths))
    start = data.draw(value_at(path).map(lambda text: text[: len(text) - 1]))
    asked = data.draw(texts.filter(words))
    begun = expected(rows, lambda row: any(t.startswith(start) for t in leaves(row, path.text)))
    found = expected(
        rows, lambda row: has_words_somewhere([leaves(row, p.text) for p in paths], asked)
    )
    for forbidden in by_every_plan():
        assert desk.listed(f"data.{path.text}__startswith={quote(start)}") == begun, forbidden
        if len(asked.split()) <= 10:
            assert desk.listed(f"q={quote(asked)}") == found, forbidden
            assert desk.queried(query=asked) == found, forbidden
