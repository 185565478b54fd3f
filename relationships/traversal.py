"""What is around a resource, and how two are linked, as JSON straight from the rows."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from ingestion.wire import resource_texts
from profiles.contract import Contract
from profiles.exact import encode
from relationships.chains import Chain, shortest_chain
from relationships.walk import Bounds, Walk
from relationships.wire import relationship_texts

MAX_DEPTH = 5
MAX_NODES = 1_000
DEFAULT_NODES = 200
EDGES_FOR_EACH_NODE = 2
"""Of the limit on nodes: so many links are read in one hop, for each direction."""

MAX_LINKS = 10
DEFAULT_LINKS = 5
MOST_VISITED = 20_000
"""Resources that a search for a chain comes by, from both ends together."""


def graph_json(
    contract: Contract, start: UUID, depth: int, limit: int, followed: Collection[int] | None
) -> bytes:
    """The resources within `depth` links of one, and the links of all but the outermost."""
    bounds = Bounds(limit, limit * EDGES_FOR_EACH_NODE, followed)
    walk = Walk(contract.source_id, start, bounds)
    edges = walk.edges_within(depth)
    nodes = resource_texts(contract, walk.hops)
    links = relationship_texts(contract, [edge.id for edge in edges])
    return _answer(
        [
            b'{"resource":%b,"depth":%d}' % (nodes[id].encode(), hop)
            for id, hop in walk.hops.items()
            if id in nodes
        ],
        [
            links[edge.id].encode()
            for edge in edges
            if edge.id in links and edge.from_id in nodes and edge.to_id in nodes
        ],
        {"depth": depth, "limit": limit, "isCut": walk.is_cut},
    )


def path_json(
    contract: Contract, start: UUID, end: UUID, most_links: int, followed: Collection[int] | None
) -> bytes:
    bounds = Bounds(MOST_VISITED // 2, MOST_VISITED // 2, followed)
    from_start, from_end = (Walk(contract.source_id, one, bounds) for one in (start, end))
    chain = shortest_chain(from_start, from_end, most_links)
    nodes = resource_texts(contract, chain.nodes)
    links = relationship_texts(contract, chain.edges)
    if len(nodes) < len(chain.nodes) or len(links) < len(chain.edges):
        # A part of it was deleted while it was being read: a chain with a gap is none.
        return path_json(contract, start, end, most_links, followed)
    return _answer(
        (nodes[id].encode() for id in chain.nodes),
        (links[id].encode() for id in chain.edges),
        {"length": _length(chain), "isCut": chain.is_cut},
    )


def _length(chain: Chain) -> int | None:
    return len(chain.edges) if chain.nodes else None


def _answer(nodes: Iterable[bytes], edges: Iterable[bytes], meta: dict[str, int | None]) -> bytes:
    return b'{"nodes":[%b],"edges":[%b],"meta":%b}' % (
        b",".join(nodes),
        b",".join(edges),
        encode(meta),
    )
