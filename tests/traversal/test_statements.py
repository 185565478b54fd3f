"""The number of SQL statements is that of the hops, however many records there are."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from profiles.models import Source
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import Node, link

OF_GRAPH = 5
"""Beside the hops: the key, the contract, the resource, nodes and edges."""
OF_PATH = 6
"""And the other end."""
SIZES = (1, 30)


@pytest.fixture
def rings(source: Source) -> Source:
    """Of each size as many persons around a place, around each of whom are as many persons."""
    for size in SIZES:
        inner = [Node("person", f"{size}-{n}") for n in range(size)]
        outer = [[Node("person", f"{node.id}-{n}") for n in range(size)] for node in inner]
        far = [Node("place", f"{size}-far"), Node("place", f"{size}-mid")]
        graphs.store_nodes(source, [*inner, *far, *(node for ring in outer for node in ring)])
        graphs.store_links(source, [link("lives", node.id, f"{size}-mid") for node in inner])
        for node, ring in zip(inner, outer, strict=True):
            graphs.store_links(source, [link("knows", node.id, other.id) for other in ring])
            graphs.store_links(source, [link("lives", other.id, f"{size}-far") for other in ring])
    return source


def statements(reader: Api, path: str) -> int:
    reader.get(path)  # Caches are warm.
    with CaptureQueriesContext(connection) as queries:
        assert reader.get(path).status == 200
    return len(queries)


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("more", ["", "&definitions=lives,knows,likes,near"])
def test_a_graph_takes_one_for_each_hop(rings: Source, reader: Api, depth: int, more: str) -> None:
    counts = {
        size: statements(reader, f"resources/place/{size}-mid/graph?limit=1000&depth={depth}{more}")
        for size in SIZES
    }
    assert counts == dict.fromkeys(SIZES, OF_GRAPH + depth)


def test_a_path_takes_one_for_each_hop(rings: Source, reader: Api) -> None:
    counts = {
        size: statements(reader, f"resources/place/{size}-mid/path?to=place/{size}-far")
        for size in SIZES
    }
    assert counts == dict.fromkeys(SIZES, OF_PATH + 3)


def test_where_nothing_is_further_no_statement_looks_for_it(rings: Source, reader: Api) -> None:
    assert statements(reader, "resources/person/0/graph?depth=5") == OF_GRAPH + 1
