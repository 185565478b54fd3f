"""Each hop is one statement, however many records there are and however many paths."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.models import Source
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import Node, link

OF_TEXTS = 2
"""Of the relationships, and of the resources."""
SIZES = (1, 30)
PATHS = {
    1: "lives-from",
    2: "lives-from.lives-to,lives-from.near-from,lives-from.near-to",
    3: "lives-from.lives-to.knows-from,lives-from.near-from.near-to",
}
WIDE = f"{PATHS[2]},knows-from.knows-to,likes-from,likes-to.lives-from"


@pytest.fixture
def towns(source: Source) -> Source:
    """Of each size: each who is named so knows another, and both live at a place near another."""
    people = [Node("person", f"n{size}-{n}") for size in SIZES for n in range(size)]
    others = [Node("person", f"other-{node.id}") for node in people]
    places = [Node("place", node.id) for node in people]
    graphs.store_nodes(source, [*people, *others, *places])
    for node, other in zip(people, others, strict=True):
        graphs.store_links(source, [link("lives", one.id, node.id) for one in (node, other)])
        graphs.store_links(source, [link("knows", node.id, other.id)])
        graphs.store_links(source, [link("near", node.id, 1)])
    return source


def statements(reader: Api, path: str) -> int:
    reader.get(path)  # Caches are warm.
    with CaptureQueriesContext(connection) as queries:
        answer = reader.get(path)
        assert answer.status == 200
    return len(queries)


def counts(reader: Api, listed: str, include: str) -> set[int]:
    """How many more there are than without, for each size."""
    return {
        statements(reader, f"{listed.format(size)}&include={include}")
        - statements(reader, listed.format(size))
        for size in SIZES
    }


@pytest.mark.parametrize("hops", PATHS)
def test_a_list_takes_one_for_each_hop(towns: Source, reader: Api, hops: int) -> None:
    listed = "resources/person?sort=-createdAt&perPage={}"
    assert counts(reader, listed, PATHS[hops]) == {hops + OF_TEXTS}


def test_many_paths_take_no_more_than_one(towns: Source, reader: Api) -> None:
    assert counts(reader, "resources/person?perPage={}", WIDE) == {2 + OF_TEXTS}


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_list_of_relationships_takes_one_for_each_hop(
    towns: Source, reader: Api, hops: int
) -> None:
    include = ".".join(["to", "near-from", "near-to"][:hops])
    more = {1: OF_TEXTS - 1}.get(hops, OF_TEXTS)  # Of ends alone no relationship is read.
    assert counts(reader, "relationships/lives?perPage={}", include) == {hops + more}


def test_one_resource_also_takes_the_contract(towns: Source, reader: Api) -> None:
    one = "resources/person/n{}-0?"
    contract = 1
    found = {
        statements(reader, f"{one.format(size)}include={PATHS[3]}")
        - statements(reader, one.format(size).rstrip("?"))
        for size in SIZES
    }
    assert found == {contract + 3 + OF_TEXTS}


def test_where_nothing_is_linked_no_statement_looks_further(towns: Source, reader: Api) -> None:
    alone = "resources/person/0"
    hop, contract = 1, 1
    more = statements(reader, f"{alone}?include={PATHS[3]}") - statements(reader, alone)
    assert more == hop + contract
