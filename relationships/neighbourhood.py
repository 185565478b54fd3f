"""The resources around one, breadth first and never more than so many."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from ingestion.admin_titles import Called, called, displays_of
from ingestion.models import Resource
from profiles.contract import current_contract
from relationships.contract import Definitions, definitions_of
from relationships.models import Relationship

MOST_NODES = 200
MOST_EDGES = 400
"""That one hop reads for each direction."""
MOST_HOPS = 3


class Edge(NamedTuple):
    id: UUID
    from_id: UUID
    to_id: UUID
    definition_id: int


@dataclass(frozen=True, slots=True)
class Node:
    resource: Called
    hops: int

    def as_json(self) -> dict[str, Any]:
        one = self.resource
        around = reverse("admin:ingestion_resource_neighbourhood", args=[one.id])
        return {
            "id": str(one.id),
            "text": one.text,
            "name": one.name,
            "page": one.page,
            "around": around,
            "hops": self.hops,
        }


@dataclass(frozen=True, slots=True)
class Arrow:
    """A relationship between two of the nodes."""

    id: UUID
    start: Called
    end: Called
    definition: str
    label: str
    """What the resource at its start calls the one at its end."""

    @property
    def page(self) -> str:
        return reverse("admin:relationships_relationship_change", args=[self.id])

    def as_json(self) -> dict[str, Any]:
        return {
            "id": str(self.id),
            "start": str(self.start.id),
            "end": str(self.end.id),
            "definition": self.definition,
            "label": self.label,
            "page": self.page,
        }


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    nodes: Sequence[Node]
    arrows: Sequence[Arrow]
    is_cut: bool
    """There is more within these hops."""

    def as_json(self) -> dict[str, Any]:
        return {
            "nodes": [node.as_json() for node in self.nodes],
            "arrows": [arrow.as_json() for arrow in self.arrows],
            "isCut": self.is_cut,
            "most": MOST_NODES,
        }


@dataclass
class Walk:
    """How far it has come: how many hops each resource is away, and by which edges."""

    source_id: int
    hops: dict[UUID, int]
    edges: dict[UUID, Edge] = field(default_factory=dict)
    is_cut: bool = False

    def go_on(self, frontier: Collection[UUID], hop: int) -> list[UUID]:
        """One hop further, in one statement; the resources that are new."""
        rows = [_edges(self.source_id, side, frontier) for side in ("from", "to")]
        found = [Edge(*row) for row in rows[0].union(rows[1], all=True)]
        self.is_cut = self.is_cut or len(found) > MOST_EDGES
        new: list[UUID] = []
        for edge in found:
            for end in (edge.from_id, edge.to_id):
                if end not in self.hops and len(self.hops) < MOST_NODES:
                    self.hops[end] = hop
                    new.append(end)
            if edge.from_id in self.hops and edge.to_id in self.hops:
                self.edges[edge.id] = edge
            else:
                self.is_cut = True
        return new


def neighbourhood(resource: Resource, hops: int) -> Neighbourhood:
    walk = Walk(resource.source_id, {resource.pk: 0})
    frontier: Collection[UUID] = [resource.pk]
    for hop in range(1, hops + 1):
        frontier = walk.go_on(frontier, hop) if frontier else []
    contract = current_contract(resource.source.key)
    definitions = definitions_of(contract)
    keys = _profile_keys(definitions, walk.edges.values()) | {resource.profile.key}
    displays = displays_of({contract.profiles[key].id for key in keys})
    ends = called([resource.source_id], walk.hops.keys(), displays)
    nodes = [Node(ends[id], hop) for id, hop in walk.hops.items() if id in ends]
    arrows = [
        _arrow(edge, ends, definitions)
        for edge in walk.edges.values()
        if edge.from_id in ends and edge.to_id in ends
    ]
    return Neighbourhood(nodes, arrows, walk.is_cut)


def _edges(source_id: int, side: str, frontier: Collection[UUID]) -> QuerySet[Any, Any]:
    """By the index of that side alone, so that a limit ends it early."""
    rows = Relationship.objects.filter(source_id=source_id, **{f"{side}_resource_id__in": frontier})
    columns = ("id", "from_resource_id", "to_resource_id", "definition_id")
    return rows.order_by().values_list(*columns)[: MOST_EDGES + 1]


def _profile_keys(definitions: Definitions, edges: Iterable[Edge]) -> set[str]:
    found = [definitions.by_id(id) for id in {edge.definition_id for edge in edges}]
    return {side.profile_key for one in found for side in (one.from_side, one.to_side)}


def _arrow(edge: Edge, ends: dict[UUID, Called], definitions: Definitions) -> Arrow:
    one = definitions.by_id(edge.definition_id)
    label = one.from_side.include_key
    return Arrow(edge.id, ends[edge.from_id], ends[edge.to_id], one.key, label)
