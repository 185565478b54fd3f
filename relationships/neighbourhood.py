"""The resources around one, breadth first and never more than so many."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from ingestion.models import Resource
from ingestion.resource_labels import ResourceLabel, displays_of, resource_labels
from profiles.contract import current_contract
from relationships.contract import CompiledDefinitions, definitions_of
from relationships.walk import Bounds, Edge, Walk

MOST_NODES = 200
MOST_EDGES = 400
"""That one hop reads for each direction."""
MOST_HOPS = 3


@dataclass(frozen=True, slots=True)
class Node:
    resource: ResourceLabel
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
    start: ResourceLabel
    end: ResourceLabel
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


def neighbourhood(resource: Resource, hops: int) -> Neighbourhood:
    walk = Walk(resource.source_id, resource.pk, Bounds(MOST_NODES, MOST_EDGES))
    edges = walk.edges_within(hops)
    contract = current_contract(resource.source.key)
    definitions = definitions_of(contract)
    keys = _profile_keys(definitions, edges) | {resource.profile.key}
    displays = displays_of({contract.profiles[key].id for key in keys})
    ends = resource_labels([resource.source_id], walk.hops.keys(), displays)
    nodes = [Node(ends[id], hop) for id, hop in walk.hops.items() if id in ends]
    arrows = [
        _arrow(edge, ends, definitions)
        for edge in edges
        if edge.from_id in ends and edge.to_id in ends
    ]
    return Neighbourhood(nodes, arrows, walk.is_cut)


def _profile_keys(definitions: CompiledDefinitions, edges: Iterable[Edge]) -> set[str]:
    found = [definitions.by_id(id) for id in {edge.definition_id for edge in edges}]
    return {side.profile_key for one in found for side in (one.from_side, one.to_side)}


def _arrow(edge: Edge, ends: dict[UUID, ResourceLabel], definitions: CompiledDefinitions) -> Arrow:
    one = definitions.by_id(edge.definition_id)
    label = one.from_side.include_key
    return Arrow(edge.id, ends[edge.from_id], ends[edge.to_id], one.key, label)
