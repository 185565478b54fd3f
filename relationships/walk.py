"""From a resource along its relationships, breadth first: one statement for each hop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from ingestion.sql import columns, run


class Edge(NamedTuple):
    id: UUID
    from_id: UUID
    to_id: UUID
    definition_id: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """How far a walk may go, whatever it comes across."""

    most_nodes: int
    most_edges: int
    """That one hop reads for each direction."""
    definition_ids: Collection[int] | None = None
    """Of those to follow; all of them if it is None."""


@dataclass
class Walk:
    """How far it has come. A hop never leaves the source, and follows links in both directions."""

    source_id: int
    start: UUID
    bounds: Bounds
    hops: dict[UUID, int] = field(init=False)
    """How far each resource is away, in the order in which they were reached."""
    reached_by: dict[UUID, Edge] = field(default_factory=dict)
    frontier: list[UUID] = field(init=False)
    """What the last hop reached: from there it goes on."""
    whole_hops: int = 0
    """So many hops reached all that there is."""
    is_cut: bool = False
    """There is more within the hops that were made."""

    def __post_init__(self) -> None:
        self.hops, self.frontier = {self.start: 0}, [self.start]

    @property
    def is_at_its_end(self) -> bool:
        """There is nothing further to reach."""
        return not self.frontier and not self.is_cut

    def edges_within(self, hops: int) -> list[Edge]:
        """Goes so many hops further. The links from what was reached before the last of them."""
        edges: dict[UUID, Edge] = {}
        for _ in range(hops):
            if self.frontier:
                edges.update((edge.id, edge) for edge in self.go_on())
        return list(edges.values())

    def go_on(self) -> list[Edge]:
        """One hop further. The links of the frontier both of whose ends are reached.

        Once it is cut nothing new is taken, or what was missed could be reached by a longer way.
        The oldest link comes first, since ids are ordered by time.
        """
        takes_new = not self.is_cut
        hop = self.hops[self.frontier[0]] + 1
        links = {edge.id: edge for edge in self._links()}
        found = sorted(links.values(), key=lambda edge: edge.id.int)
        self.frontier = self._reached(found, hop) if takes_new else []
        if not self.is_cut:
            self.whole_hops += 1
        return [edge for edge in found if edge.from_id in self.hops and edge.to_id in self.hops]

    def _reached(self, found: Sequence[Edge], hop: int) -> list[UUID]:
        new: list[UUID] = []
        for edge in found:
            for end in (edge.from_id, edge.to_id):
                if end in self.hops:
                    continue
                if len(self.hops) == self.bounds.most_nodes:
                    self.is_cut = True
                    return new
                self.hops[end], self.reached_by[end] = hop, edge
                new.append(end)
        return new

    def _links(self) -> list[Edge]:
        """The links of the frontier; no more in each direction than the bounds need.

        Read node by node in the order of the index, whose scan then ends early. With `= ANY`, a hub
        makes the planner read the whole table. BETWEEN in place of `=`: with `=` the planner sees
        no order in a column that is equal throughout.
        """
        (frontier,) = columns([(id,) for id in self.frontier], 1)
        ids = self.bounds.definition_ids
        followed = [] if ids is None else columns([(id,) for id in ids], 1)
        one, other = (_links_sql(side, self.bounds, bool(followed)) for side in ("from", "to"))
        parameters = [frontier, *followed, self.source_id]
        rows = run(f"{one} UNION ALL {other}", [*parameters, *parameters])
        read = Counter(row[-1] for row in rows)
        self.is_cut = self.is_cut or max(read.values(), default=0) > self.bounds.most_edges
        return [Edge(*row[:-1]) for row in rows]


def _links_sql(side: str, bounds: Bounds, is_chosen: bool) -> str:
    """Parameters: the resources, then the definitions if these are chosen, then the source."""
    limit = bounds.most_edges + 1
    definitions = "CROSS JOIN unnest(%s::bigint[]) AS followed (id)" if is_chosen else ""
    is_followed = "AND definition_id BETWEEN followed.id AND followed.id" if is_chosen else ""
    return f"""
        (SELECT link.*, '{side}'
         FROM unnest(%s::uuid[]) AS node (id) {definitions}
         CROSS JOIN LATERAL (
             SELECT id, from_resource_id, to_resource_id, definition_id
             FROM relationships_relationship
             WHERE source_id = %s AND {side}_resource_id = node.id {is_followed}
             ORDER BY definition_id LIMIT {limit}
         ) AS link
         LIMIT {limit})
    """
