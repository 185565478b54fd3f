"""Graphs of resources, and what is to be said of them, found slowly and obviously right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from hypothesis import strategies as st

from ingestion.bodies.members import read_payload
from ingestion.operations import Action, Operation, Target
from ingestion.sql import run
from ingestion.writing import write
from profiles.exact import encode
from profiles.models import Source
from tests import factories

PROFILES = ("person", "place")
DEFINITIONS = {
    "knows": ("person", "person"),
    "likes": ("person", "person"),
    "lives": ("person", "place"),
    "near": ("place", "place"),
}


class Node(NamedTuple):
    type: str
    id: str

    def __str__(self) -> str:
        return f"{self.type}/{self.id}"


class Link(NamedTuple):
    definition: str
    start: Node
    end: Node

    @property
    def id(self) -> str:
        return f"{self.start.type}.{self.start.id},{self.end.type}.{self.end.id}"


NODES = [Node(type, str(n)) for type in PROFILES for n in range(4)]


def link(definition: str, start: int | str, end: int | str) -> Link:
    from_type, to_type = DEFINITIONS[definition]
    return Link(definition, Node(from_type, str(start)), Node(to_type, str(end)))


numbers = st.integers(0, 3)
a_link = st.builds(link, st.sampled_from(list(DEFINITIONS)), numbers, numbers)
links = st.sets(a_link, max_size=14)
many_links = st.sets(a_link, min_size=8, max_size=20)
chosen = st.none() | st.sets(st.sampled_from(list(DEFINITIONS)), min_size=1)


def make_source() -> Source:
    source: Source = factories.SourceFactory.create()
    for key in PROFILES:
        factories.ProfileFactory.create(source=source, key=key)
    for key, sides in DEFINITIONS.items():
        body = {
            name: {
                "profileKey": profile,
                "includeKey": f"{key}-{name}",
                "includeCardinality": "0:*",
            }
            for name, profile in zip(("from", "to"), sides, strict=True)
        }
        factories.RelationshipDefinitionFactory.create(source=source, key=key, body=body)
    return source


def store_nodes(source: Source, nodes: Iterable[Node] = NODES) -> None:
    """They tell by their data whose they are."""
    bodies = ((node.type, {"id": node.id, "data": {"name": source.key}}) for node in nodes)
    _write(source, Target.RESOURCE, bodies)


def store_links(source: Source, links: Iterable[Link]) -> None:
    bodies = (
        (one.definition, {"from": one.start._asdict(), "to": one.end._asdict()})
        for one in sorted(links)
    )
    _write(source, Target.RELATIONSHIP, bodies)


def store_both(source: Source, links: set[Link], twin: Source, others: set[Link]) -> None:
    """In place of all that there were."""
    forget_links()
    store_links(source, links)
    store_links(twin, others)


def forget_links() -> None:
    run("DELETE FROM relationships_relationship", [])


def forget_link(one: Link) -> None:
    run(
        "DELETE FROM relationships_relationship WHERE from_public_id = %s AND to_public_id = %s",
        [one.start.id, one.end.id],
    )


def _write(source: Source, target: Target, bodies: Iterable[tuple[str, Any]]) -> None:
    batch = [
        Operation(Action.CREATE, target, collection, None, read_payload(encode(body)))
        for collection, body in bodies
    ]
    written = write(source.key, batch, actor="test")
    assert not [receipt for receipt in written.receipts if receipt.refused]


def followed(links: Iterable[Link], definitions: Collection[str] | None) -> list[Link]:
    return [one for one in links if definitions is None or one.definition in definitions]


def distances(links: Sequence[Link], start: Node) -> dict[Node, int]:
    """How far every resource is away that can be reached."""
    found, frontier, hop = {start: 0}, {start}, 0
    while frontier:
        hop += 1
        ends = {one.end for one in links if one.start in frontier}
        starts = {one.start for one in links if one.end in frontier}
        frontier = (ends | starts) - found.keys()
        found |= dict.fromkeys(frontier, hop)
    return found


def shortest(links: Sequence[Link], start: Node, end: Node, most: int) -> int | None:
    """The length of a shortest chain of so many links at most."""
    length = distances(links, start).get(end)
    return length if length is not None and length <= most else None


def within(links: Sequence[Link], start: Node, depth: int) -> tuple[dict[Node, int], set[Link]]:
    """The resources so near, and the links of those that are nearer."""
    near = {node: hop for node, hop in distances(links, start).items() if hop <= depth}
    inner = {node for node, hop in near.items() if hop < depth}
    return near, {one for one in links if one.start in inner or one.end in inner}


def shown_nodes(answer: Any) -> dict[Node, int]:
    """The resources of a graph, with their depths."""
    rows = answer["nodes"]
    shown = {node_of(row["resource"]): row["depth"] for row in rows}
    assert len(shown) == len(rows), "a resource is shown twice"
    assert [row["depth"] for row in rows] == sorted(shown.values())
    return shown


def shown_links(answer: Any) -> set[Link]:
    shown = [link_of(row) for row in answer["edges"]]
    assert len(set(shown)) == len(shown), "a relationship is shown twice"
    return set(shown)


def node_of(resource: Any) -> Node:
    return Node(resource["type"], resource["id"])


def link_of(relationship: Any) -> Link:
    ends = (Node(relationship[end]["type"], relationship[end]["id"]) for end in ("from", "to"))
    return Link(relationship["type"], *ends)


def assert_chain(answer: Any, start: Node, end: Node) -> None:
    """One link after the other leads from the start to the end."""
    nodes = [node_of(row) for row in answer["nodes"]]
    steps = [{link_of(row).start, link_of(row).end} for row in answer["edges"]]
    assert (nodes[0], nodes[-1]) == (start, end)
    assert steps == [{one, other} for one, other in pairwise(nodes)]
    assert answer["meta"]["length"] == len(steps)


def query(**parameters: Any) -> str:
    """Of what is given; several keys stand between commas."""
    given = {name: value for name, value in parameters.items() if value is not None}
    texts = {
        name: ",".join(sorted(value)) if isinstance(value, set) else str(value)
        for name, value in given.items()
    }
    return "?" + "&".join(f"{name}={text}" for name, text in texts.items())
