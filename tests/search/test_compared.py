"""Searches answer what a slow and obviously right filter does, for random records and filters."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.datatypes.base import Scale
from tests.search.desks import Desk, bounded, by_every_plan
from tests.search.filters import of_lists, trees
from tests.search.reference import (
    has_words_somewhere,
    holds,
    leaves,
    words,
)
from tests.search.rich import GROUPED, RICH, Record, records, scaled, value_at
from tests.search.values import texts

definitions = pytest.mark.parametrize("definition", [RICH, GROUPED], ids=["rich", "grouped"])


def expected(rows: list[Record], test: Any) -> list[str]:
    return [f"r{index}" for index, row in enumerate(rows) if test(row)]


@definitions
@bounded
@given(data=st.data())
def test_a_filter_of_a_list_holds_as_in_python_and_as_in_a_query(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=6, max_size=8))
    desk.keep(rows)
    for asked in data.draw(st.lists(of_lists(definition), min_size=6, max_size=9)):
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
    rows = data.draw(st.lists(records(definition), min_size=6, max_size=8))
    desk.keep(rows)
    for tree in data.draw(st.lists(trees(definition), min_size=4, max_size=6)):
        right = expected(rows, lambda row, tree=tree: holds(row, tree, desk.scales))
        for forbidden in by_every_plan():
            assert desk.queried(filter=tree) == right, (tree, forbidden)


@definitions
@bounded
@given(data=st.data())
def test_text_begins_and_has_words_as_in_python(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=6, max_size=8))
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
