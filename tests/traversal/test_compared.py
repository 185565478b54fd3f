"""Graphs and paths are those that a slow and obviously right search finds, for random links."""

from __future__ import annotations

import os
from typing import Any
from unittest.mock import patch

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from profiles.models import Source
from relationships import traversal
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import NODES, Link, Node, query

bounded = settings(
    max_examples=60,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # Each example empties the links.
)
nodes = st.sampled_from(NODES)


def ask(reader: Api, node: Node, what: str, **parameters: Any) -> Any:
    answer = reader.get(f"resources/{node}/{what}{query(**parameters)}")
    assert answer.status == 200, answer.text
    return answer.json


@bounded
@given(graphs.links, graphs.links, nodes, st.integers(1, 5), graphs.chosen)
def test_a_graph_is_what_is_so_near(
    source: Source,
    twin: Source,
    reader: Api,
    links: set[Link],
    others: set[Link],
    start: Node,
    depth: int,
    definitions: set[str] | None,
) -> None:
    graphs.store_both(source, links, twin, others)
    answer = ask(reader, start, "graph", depth=depth, definitions=definitions)
    near, between = graphs.within(graphs.followed(links, definitions), start, depth)
    assert graphs.shown_nodes(answer) == near
    assert graphs.shown_links(answer) == between
    assert answer["meta"] == {"depth": depth, "limit": 200, "isCut": False}


@bounded
@given(graphs.links, nodes, st.integers(1, 5), st.integers(1, 8))
def test_a_graph_that_is_cut_says_so_and_is_true(
    source: Source, reader: Api, links: set[Link], start: Node, depth: int, limit: int
) -> None:
    graphs.forget_links()
    graphs.store_links(source, links)
    answer = ask(reader, start, "graph", depth=depth, limit=limit)
    near, between = graphs.within(list(links), start, depth)
    shown, arrows = graphs.shown_nodes(answer), graphs.shown_links(answer)
    assert len(shown) <= limit
    assert shown.items() <= near.items()
    assert arrows <= {one for one in between if one.start in shown and one.end in shown}
    if not answer["meta"]["isCut"]:
        assert (shown, arrows) == (near, between)


@bounded
@given(graphs.links, graphs.links, nodes, nodes, st.integers(1, 10), graphs.chosen)
def test_a_path_is_a_shortest_chain(
    source: Source,
    twin: Source,
    reader: Api,
    links: set[Link],
    others: set[Link],
    start: Node,
    end: Node,
    most: int,
    definitions: set[str] | None,
) -> None:
    graphs.store_both(source, links, twin, others)
    answer = ask(reader, start, "path", to=end, maxDepth=most, definitions=definitions)
    length = graphs.shortest(graphs.followed(links, definitions), start, end, most)
    assert answer["meta"] == {"length": length, "isCut": False}
    assert graphs.shown_links(answer) <= set(graphs.followed(links, definitions))
    if length is None:
        assert answer["nodes"] == answer["edges"] == []
    else:
        graphs.assert_chain(answer, start, end)


@bounded
@given(graphs.links, nodes, nodes, st.integers(1, 10), st.integers(1, 4))
def test_a_path_that_is_not_cut_is_sure(
    source: Source, reader: Api, links: set[Link], start: Node, end: Node, most: int, visited: int
) -> None:
    graphs.forget_links()
    graphs.store_links(source, links)
    with patch.object(traversal, "MOST_VISITED", 2 * visited):
        answer = ask(reader, start, "path", to=end, maxDepth=most)
    length, known = answer["meta"]["length"], graphs.shortest(list(links), start, end, most)
    if length is not None:
        assert known is not None
        assert known <= length <= most
        graphs.assert_chain(answer, start, end)
    if not answer["meta"]["isCut"]:
        assert length == known
