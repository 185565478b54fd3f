"""What `include` is to bring along, found slowly and obviously right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from hypothesis import strategies as st

from tests.traversal.graphs import DEFINITIONS, PROFILES, Link, Node, link_of, node_of


class Way(NamedTuple):
    """A step as a profile calls it."""

    key: str
    leads_to: str


WAYS: dict[str, list[Way]] = {
    profile: [
        Way(f"{definition}-{near}", far_profile)
        for definition, (from_profile, to_profile) in DEFINITIONS.items()
        for near, near_profile, far_profile in (
            ("from", from_profile, to_profile),
            ("to", to_profile, from_profile),
        )
        if near_profile == profile
    ]
    for profile in PROFILES
}


class Shown(NamedTuple):
    resources: set[Node]
    relationships: set[Link]


def paths_from(profile: str, most_steps: int = 3) -> list[str]:
    """All that there are, from the resources of a profile."""
    if not most_steps:
        return []
    return [
        path
        for way in WAYS[profile]
        for path in (
            way.key,
            *(f"{way.key}.{rest}" for rest in paths_from(way.leads_to, most_steps - 1)),
        )
    ]


def some_of(paths: Collection[str]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(sorted(paths)), min_size=1, max_size=4, unique=True)


def paths_of(definition: str) -> Iterator[str]:
    """From the relationships of a definition."""
    for end, profile in zip(("from", "to"), DEFINITIONS[definition], strict=True):
        yield end
        yield from (f"{end}.{path}" for path in paths_from(profile, 2))


def brought(links: Iterable[Link], nodes: Iterable[Node], path: str) -> Shown:
    """By one path, from resources."""
    shown, near = Shown(set(), set()), set(nodes)
    for step in path.split("."):
        definition, _, side = step.partition("-")
        taken = {
            one
            for one in links
            if one.definition == definition and (one.start if side == "from" else one.end) in near
        }
        near = {one.end if side == "from" else one.start for one in taken}
        shown.relationships.update(taken)
        shown.resources.update(near)
    return shown


def brought_by(links: Iterable[Link], page: Shown, paths: Iterable[str]) -> Shown:
    """By all paths, from a page of resources or of relationships."""
    shown = Shown(set(), set())
    for path in paths:
        nodes = set(page.resources)
        if page.relationships:
            end, _, path = path.partition(".")
            nodes = {one.start if end == "from" else one.end for one in page.relationships}
            shown.resources.update(nodes)
        if path:
            more = brought(links, nodes, path)
            shown.resources.update(more.resources)
            shown.relationships.update(more.relationships)
    return Shown(shown.resources - page.resources, shown.relationships - page.relationships)


def shown_included(answer: Any) -> Shown:
    """Each once."""
    included = answer["included"]
    resources = [node_of(row) for row in included["resources"]]
    relationships = [link_of(row) for row in included["relationships"]]
    shown = Shown(set(resources), set(relationships))
    assert len(shown.resources) == len(resources), "a resource is shown twice"
    assert len(shown.relationships) == len(relationships), "a relationship is shown twice"
    return shown
