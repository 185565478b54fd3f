"""What records are linked to, brought along with them: one statement for each hop."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID

from ingestion.operations import Target
from ingestion.search.including import MOST_LINKS, MOST_RECORDS, BadPath, Included
from ingestion.search.scope import Scope
from ingestion.sql import columns, run
from ingestion.wire import resource_texts
from profiles.api.parameters import MAX_PER_PAGE
from profiles.contract import Contract
from relationships.include_paths import OTHER, Step, Tree
from relationships.wire import relationship_texts


class Link(NamedTuple):
    id: UUID
    end: UUID
    """The resource that it leads to."""


LinkRow = tuple[str, int, UUID, UUID, UUID]
"""Side that it leads to, definition, where it begins, the link itself, where it leads."""

Starts = Mapping[tuple[Step, UUID], Sequence[Link]]
"""Links by the step along them and the resource that they come from."""


class Frontier(NamedTuple):
    """From where a hop goes on: some resources, and the steps that lead on from them."""

    tree: Tree
    ids: Collection[UUID]


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What `include` asks for, read for the scopes of an answer."""

    contract: Contract
    scopes: Sequence[Scope]
    trees: Sequence[Tree]
    bad_paths: Sequence[BadPath]

    def bring(self, pages: Sequence[Sequence[UUID]]) -> Included:
        shown: dict[Target, set[UUID]] = {target: set() for target in Target}
        for scope, page in zip(self.scopes, pages, strict=True):
            shown[scope.target].update(page)
        load = Load(self.contract, shown[Target.RESOURCE], shown[Target.RELATIONSHIP])
        return load.all(zip(self.scopes, self.trees, pages, strict=True))


@dataclass
class Load:
    """What is brought so far, in the order in which it was met."""

    contract: Contract
    shown_resources: Collection[UUID]
    shown_relationships: Collection[UUID]
    """Those of the page itself."""
    resources: dict[UUID, None] = field(default_factory=dict)
    relationships: dict[UUID, None] = field(default_factory=dict)
    is_cut: bool = False

    def all(self, pages: Iterable[tuple[Scope, Tree, Sequence[UUID]]]) -> Included:
        places = self.begin(pages)
        while places:
            places = self.go_on(places)
        return self.included()

    def begin(self, pages: Iterable[tuple[Scope, Tree, Sequence[UUID]]]) -> list[Frontier]:
        """Resources are where they are; relationships lead to their ends."""
        places: list[Frontier] = []
        for scope, tree, page in pages:
            if scope.target is Target.RESOURCE:
                places.append(Frontier(tree, page))
            elif tree and page:
                links = self._ends(page, tree)
                places += self._followed([Frontier(tree, page)], links)
        return [place for place in places if place.tree and place.ids]

    def go_on(self, places: Sequence[Frontier]) -> list[Frontier]:
        """One hop along all paths."""
        wanted = {(step, id): None for tree, ids in places for step in tree for id in ids}
        return self._followed(places, self._links(wanted))

    def included(self) -> Included:
        """Without what was deleted meanwhile. Resources are read first: one that is gone has no
        relationships left, so none is shown that leads to nothing.
        """
        resources = resource_texts(self.contract, self.resources) if self.resources else {}
        relationships = (
            relationship_texts(self.contract, self.relationships) if self.relationships else {}
        )
        return Included(
            [relationships[id].encode() for id in self.relationships if id in relationships],
            [resources[id].encode() for id in self.resources if id in resources],
            self.is_cut,
        )

    def _followed(self, places: Sequence[Frontier], links: Starts) -> list[Frontier]:
        """Takes the links that lead on from there. Nothing goes on once there is no more room."""
        following: list[Frontier] = []
        for tree, ids in places:
            for step, further in tree.items():
                ends: dict[UUID, None] = {}
                for link in (link for id in ids for link in links.get((step, id), ())):
                    if not self._take(link):
                        return []
                    ends[link.end] = None
                if further and ends:
                    following.append(Frontier(further, ends))
        return following

    def _take(self, link: Link) -> bool:
        """Whether there is room for a relationship with the resource that it leads to."""
        is_new = link.id not in self.relationships and link.id not in self.shown_relationships
        leads_on = link.end not in self.resources and link.end not in self.shown_resources
        taken = len(self.relationships) + len(self.resources)
        if taken + is_new + leads_on > MOST_RECORDS:
            self.is_cut = True
            return False
        if is_new:
            self.relationships[link.id] = None
        if leads_on:
            self.resources[link.end] = None
        return True

    def _ends(self, page: Sequence[UUID], steps: Iterable[Step]) -> Starts:
        """Relationships of the page as links to their own ends."""
        ends = {id: {"from": from_id, "to": to_id} for id, from_id, to_id in self.read_ends(page)}
        return {
            (step, id): [Link(id, end)]
            for step in steps
            for id, sides in ends.items()
            if (end := sides[step.far]) is not None
        }

    def read_ends(self, page: Sequence[UUID]) -> Sequence[tuple[UUID, UUID | None, UUID | None]]:
        return run(
            """
            SELECT link.* FROM unnest(%s::uuid[]) AS shown (id)
            CROSS JOIN LATERAL (
                SELECT id, from_resource_id, to_resource_id FROM relationships_relationship
                WHERE source_id = %s AND id = shown.id LIMIT 1
            ) AS link
            """,
            [*columns([(id,) for id in page], 1), self.contract.source_id],
        )

    def _links(self, wanted: Collection[tuple[Step, UUID]]) -> Starts:
        """For each resource the oldest of those links that the index lists first."""
        steps = {(step.definition_id, step.far): step for step, _ in wanted}
        rows = self.read_links(wanted)
        read = Counter(far for far, *_ in rows)
        self.is_cut = self.is_cut or max(read.values(), default=0) > _most_read()
        found: dict[tuple[Step, UUID], list[Link]] = defaultdict(list)
        for far, definition_id, start, id, end in rows:
            found[steps[definition_id, far], start].append(Link(id, end))
        self.is_cut = self.is_cut or any(len(links) > MOST_LINKS for links in found.values())
        return {key: sorted(links, key=_age)[:MOST_LINKS] for key, links in found.items()}

    def read_links(self, wanted: Collection[tuple[Step, UUID]]) -> Sequence[LinkRow]:
        """For each resource one more than is brought along, to tell whether there are more."""
        parameters: list[Any] = []
        for far in OTHER:
            starts = [(id, step.definition_id) for step, id in wanted if step.far == far]
            parameters += [*columns(starts, 2), self.contract.source_id]
        return run(" UNION ALL ".join(map(_links_sql, OTHER)), parameters)


def _age(link: Link) -> int:
    """Ids are ordered by time."""
    return link.id.int


def _most_read() -> int:
    """For each direction. So many that not all of them can have room, however many were brought
    before.
    """
    return 2 * MOST_RECORDS + MAX_PER_PAGE


def _links_sql(far: str) -> str:
    """Resource by resource, each only as far as needed: see `relationships.walk`."""
    near = OTHER[far]
    return f"""
        (SELECT '{far}', link.definition_id, start.id, link.id, link.{far}_resource_id
         FROM unnest(%s::uuid[], %s::bigint[]) AS start (id, definition_id)
         CROSS JOIN LATERAL (
             SELECT id, definition_id, {far}_resource_id
             FROM relationships_relationship
             WHERE source_id = %s AND {near}_resource_id = start.id
               AND definition_id BETWEEN start.definition_id AND start.definition_id
             ORDER BY definition_id LIMIT {MOST_LINKS + 1}
         ) AS link
         LIMIT {_most_read() + 1})
    """
