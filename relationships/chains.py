"""A shortest chain of relationships between two resources."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from relationships.walk import Edge, Walk


@dataclass(frozen=True, slots=True)
class Chain:
    """What stands between two resources, in order, with both of them; nothing if there is none."""

    nodes: tuple[UUID, ...] = ()
    edges: tuple[UUID, ...] = ()
    is_cut: bool = False
    """There may be a shorter one, or one at all, in what was not looked at."""


def shortest_chain(start: Walk, end: Walk, most_links: int) -> Chain:
    """Walks from both ends until they meet, each time on from the fewer resources.

    The first meeting is on a shortest chain: a shorter one would have been met in an earlier hop.
    A walk that is cut stands still and waits for the other.
    """
    if start.start == end.start:
        return Chain((start.start,))
    while start.whole_hops + end.whole_hops < most_links:
        if start.is_at_its_end or end.is_at_its_end:
            break
        walks = [walk for walk in (start, end) if not walk.is_cut]
        if not walks:
            return Chain(is_cut=True)
        walk = min(walks, key=lambda walk: (len(walk.frontier), walk.whole_hops))
        walk.go_on()
        meeting = _meeting(walk, end if walk is start else start)
        if meeting is not None and start.hops[meeting] + end.hops[meeting] <= most_links:
            return _chain(start, end, meeting)
    return Chain()


def _meeting(walk: Walk, other: Walk) -> UUID | None:
    """The new resource that is nearest to the other end."""
    met = (id for id in walk.frontier if id in other.hops)
    return min(met, key=other.hops.__getitem__, default=None)


def _chain(start: Walk, end: Walk, meeting: UUID) -> Chain:
    back, forth = list(_way_back(start, meeting)), list(_way_back(end, meeting))
    nodes = [*(id for _, id in reversed(back)), meeting, *(id for _, id in forth)]
    edges = [*(edge for edge, _ in reversed(back)), *(edge for edge, _ in forth)]
    is_cut = len(edges) > start.whole_hops + end.whole_hops + 1
    return Chain(tuple(nodes), tuple(edge.id for edge in edges), is_cut)


def _way_back(walk: Walk, id: UUID) -> Iterator[tuple[Edge, UUID]]:
    """The links to where a walk began, and what each leads to."""
    while id != walk.start:
        edge = walk.reached_by[id]
        id = edge.to_id if edge.from_id == id else edge.from_id
        yield edge, id
