"""What is brought along is what a slow and obviously right search finds, for random links."""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.models import Source
from relationships import including
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import DEFINITIONS, NODES, PROFILES, Link, Node, link_of, node_of, query
from tests.traversal.inclusions import (
    Shown,
    brought_by,
    paths_from,
    paths_of,
    shown_included,
    some_of,
)

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # Each example empties the links.
)
asked_of_profile = st.sampled_from(PROFILES).flatmap(
    lambda profile: st.tuples(st.just(profile), some_of(paths_from(profile)))
)
asked_of_definition = st.sampled_from(sorted(DEFINITIONS)).flatmap(
    lambda definition: st.tuples(st.just(definition), some_of(set(paths_of(definition))))
)


def ask(reader: Api, path: str) -> Any:
    answer = reader.get(path)
    assert answer.status == 200, answer.text
    return answer.json


@bounded
@given(graphs.links, graphs.links, asked_of_profile, st.integers(1, 4))
def test_with_pages_of_resources(
    source: Source,
    twin: Source,
    reader: Api,
    links: set[Link],
    others: set[Link],
    asked: tuple[str, list[str]],
    size: int,
) -> None:
    graphs.store_both(source, links, twin, others)
    profile, paths = asked
    cursor = None
    while True:
        parameters = query(sort="-id", include=",".join(paths), perPage=size, cursor=cursor)
        answer = ask(reader, f"resources/{profile}{parameters}")
        page = Shown({node_of(row) for row in answer["data"]}, set())
        assert len(page.resources) <= size
        assert shown_included(answer) == brought_by(links, page, paths)
        assert "includeIsCut" not in answer["meta"]
        cursor = answer["meta"].get("cursor")
        if cursor is None:
            return


@bounded
@given(graphs.many_links, graphs.links, asked_of_definition, st.integers(1, 8))
def test_with_a_page_of_relationships(
    source: Source,
    twin: Source,
    reader: Api,
    links: set[Link],
    others: set[Link],
    asked: tuple[str, list[str]],
    size: int,
) -> None:
    graphs.store_both(source, links, twin, others)
    definition, paths = asked
    parameters = query(include=",".join(paths), perPage=size)
    answer = ask(reader, f"relationships/{definition}{parameters}")
    page = Shown(set(), {link_of(row) for row in answer["data"]})
    assert shown_included(answer) == brought_by(links, page, paths)


@bounded
@given(
    graphs.links,
    st.sampled_from(NODES).flatmap(
        lambda node: st.tuples(st.just(node), some_of(paths_from(node.type)))
    ),
)
def test_with_one_resource(
    source: Source, reader: Api, links: set[Link], asked: tuple[Node, list[str]]
) -> None:
    graphs.forget_links()
    graphs.store_links(source, links)
    node, paths = asked
    answer = ask(reader, f"resources/{node}?include={','.join(paths)}")
    assert shown_included(answer) == brought_by(links, Shown({node}, set()), paths)


@bounded
@given(graphs.many_links, asked_of_profile, st.integers(1, 3), st.integers(0, 12))
def test_what_is_cut_is_told_and_true(
    source: Source,
    reader: Api,
    links: set[Link],
    asked: tuple[str, list[str]],
    most_links: int,
    most_records: int,
) -> None:
    graphs.forget_links()
    graphs.store_links(source, links)
    profile, paths = asked
    with (
        patch.object(including, "MOST_LINKS", most_links),
        patch.object(including, "MOST_RECORDS", most_records),
    ):
        answer = ask(reader, f"resources/{profile}?include={','.join(paths)}")
    page = Shown({node_of(row) for row in answer["data"]}, set())
    shown, everything = shown_included(answer), brought_by(links, page, paths)
    assert len(shown.resources) + len(shown.relationships) <= most_records
    assert shown.resources <= everything.resources
    assert shown.relationships <= everything.relationships
    known = shown.resources | page.resources
    assert all({one.start, one.end} <= known for one in shown.relationships)
    if not answer["meta"].get("includeIsCut", False):
        assert shown == everything
