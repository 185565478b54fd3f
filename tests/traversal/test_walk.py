"""Walks that are cut still tell the truth, for random links and narrow bounds."""

from __future__ import annotations

import os
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.models import Resource
from profiles.models import Source
from relationships.chains import shortest_chain
from relationships.walk import Bounds, Walk
from tests.traversal import graphs
from tests.traversal.graphs import NODES, Link, Node

bounded = settings(
    max_examples=100,
    deadline=None,
    derandomize="CI" in os.environ,
    suppress_health_check=[HealthCheck.function_scoped_fixture],  # Each example empties the links.
)
nodes = st.sampled_from(NODES)
bounds = st.builds(Bounds, st.integers(2, 8), st.integers(1, 4))


@pytest.fixture
def rows(source: Source) -> dict[Node, UUID]:
    found = Resource.objects.filter(source=source).values_list("profile__key", "public_id", "id")
    return {Node(type, id): row for type, id, row in found}


def store(source: Source, links: set[Link]) -> None:
    graphs.forget_links()
    graphs.store_links(source, links)


@bounded
@given(graphs.many_links, nodes, st.integers(1, 5), bounds)
def test_what_is_reached_is_as_near_as_it_is_said(
    source: Source,
    rows: dict[Node, UUID],
    links: set[Link],
    start: Node,
    depth: int,
    limits: Bounds,
) -> None:
    store(source, links)
    walk = Walk(source.pk, rows[start], limits)
    walk.edges_within(depth)
    near, _ = graphs.within(list(links), start, depth)
    away = {rows[node]: hop for node, hop in near.items()}
    assert walk.hops.items() <= away.items()
    assert {id for id, hop in away.items() if hop <= walk.whole_hops} <= walk.hops.keys()
    assert walk.is_cut or walk.hops == away


@bounded
@given(graphs.many_links, nodes, nodes, st.integers(1, 6), bounds, bounds)
def test_a_chain_that_is_not_cut_is_a_shortest_one(
    source: Source,
    rows: dict[Node, UUID],
    links: set[Link],
    start: Node,
    end: Node,
    most: int,
    limits: Bounds,
    others: Bounds,
) -> None:
    store(source, links)
    walks = Walk(source.pk, rows[start], limits), Walk(source.pk, rows[end], others)
    chain = shortest_chain(*walks, most)
    length = graphs.shortest(list(links), start, end, most)
    if chain.nodes:
        assert length is not None
        assert length <= len(chain.edges) <= most
    if not chain.is_cut:
        assert (len(chain.edges) if chain.nodes else None) == length


def test_of_several_meetings_the_nearest_counts(source: Source, rows: dict[Node, UUID]) -> None:
    """The walk from the start is cut at 2 of 3 neighbours; the other meets one of them first."""
    start, end, between, beside = (Node("person", str(n)) for n in range(4))
    for one, other in ((start, between), (end, between), (start, end), (start, beside)):
        graphs.store_links(source, [Link("knows", one, other)])
    narrow, wide = Bounds(2, 10), Bounds(10, 10)
    chain = shortest_chain(
        Walk(source.pk, rows[start], narrow), Walk(source.pk, rows[end], wide), 5
    )
    assert (chain.nodes, chain.is_cut) == ((rows[start], rows[end]), False)
