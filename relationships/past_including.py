"""What records were linked to at a moment, brought along with them: as now, but from the changes.

A relationship's full id names both its ends, and the indexes of changes find it by either.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from ingestion.operations import Target
from ingestion.past.changes import texts_of
from ingestion.past.kinds import CHANGE
from ingestion.search.including import MOST_LINKS, Included
from ingestion.search.scope import Scope
from ingestion.sql import columns, run
from relationships.contract import definitions_of
from relationships.include_paths import OTHER, PathReader, Step
from relationships.including import Inclusion, LinkRow, Load

LOOKED_AT = 5_000
"""Relationships of one resource by one definition, at most: some may have been deleted by then."""


@dataclass(frozen=True, slots=True)
class TimedInclusion(Inclusion):
    """What `include` asks for, of now or of a moment that is over."""

    def bring_past(self, at: datetime, page: Mapping[UUID, str]) -> Included:
        (scope,), (tree,) = self.scopes, self.trees
        is_resource = scope.target is Target.RESOURCE
        load = PastLoad(
            self.contract,
            page.keys() if is_resource else (),
            () if is_resource else page.keys(),
            at=at,
            names={id: f"{scope.collection}.{name}" for id, name in page.items()}
            if is_resource
            else dict(page),
        )
        return load.all([(scope, tree, list(page))])


def read_inclusion(scopes: Sequence[Scope], paths: Sequence[str]) -> TimedInclusion:
    """All scopes are of one source."""
    reader = PathReader(scopes[0].contract, scopes)
    reader.read(paths)
    return TimedInclusion(reader.contract, scopes, reader.trees, reader.bad)


@dataclass
class PastLoad(Load):
    """Row ids are those of the lives at that moment."""

    at: datetime = field(kw_only=True)
    names: dict[UUID, str] = field(kw_only=True)
    """Of resources, as ids of relationships have them: `<type>.<id>`; and ids of the page's own."""
    changes: dict[UUID, UUID] = field(default_factory=dict)
    """By row id the change that made the record what it was then."""

    def read_links(self, wanted: Collection[tuple[Step, UUID]]) -> Sequence[LinkRow]:
        parameters: list[Any] = []
        for far in OTHER:
            starts = [
                (id, step.definition_id, self._key(step), self.names[id])
                for step, id in wanted
                if step.far == far
            ]
            source = self.contract.source_id
            parameters += [*columns(starts, 4), source, source, self.at, source, self.at]
        rows = run(" UNION ALL ".join(map(_links_sql, OTHER)), parameters)
        self.is_cut = self.is_cut or any(row[3] == LOOKED_AT for row in rows)
        return [self._met(*row) for row in rows if row[4] is not None and row[6] is not None]

    def _key(self, step: Step) -> str:
        return definitions_of(self.contract).by_id(step.definition_id).key

    def _met(
        self,
        far: str,
        definition_id: int,
        start: UUID,
        _: int,
        link: UUID,
        link_change: UUID,
        end: UUID,
        end_change: UUID,
        name: str,
    ) -> LinkRow:
        self.changes |= {link: link_change, end: end_change}
        self.names[end] = name
        return far, definition_id, start, link, end

    def read_ends(self, page: Sequence[UUID]) -> Sequence[tuple[UUID, UUID | None, UUID | None]]:
        source = self.contract.source_id
        rows = run(
            f"""
            SELECT shown.id, far, name, found.record_id, found.id
            FROM unnest(%s::uuid[], %s::text[]) AS shown (id, public_id)
            CROSS JOIN LATERAL (
                VALUES ('from', split_part(shown.public_id, ',', 1)),
                       ('to', split_part(shown.public_id, ',', 2))
            ) AS side (far, name)
            CROSS JOIN LATERAL {_resource_at("side.name")} AS found
            WHERE action <> 'DELETE'
            """,
            [*columns([(id, self.names[id]) for id in page], 2), source, self.at],
        )
        ends: dict[UUID, dict[str, UUID]] = {id: {} for id in page}
        for id, far, name, end, change in rows:
            ends[id][far] = end
            self.names[end], self.changes[end] = name, change
        return [(id, sides.get("from"), sides.get("to")) for id, sides in ends.items()]

    def included(self) -> Included:
        made = {
            target: texts_of(self.contract, target, [self.changes[id] for id in ids])
            for target, ids in (
                (Target.RELATIONSHIP, self.relationships),
                (Target.RESOURCE, self.resources),
            )
        }
        erased = len(self.relationships) + len(self.resources) - sum(map(len, made.values()))
        return Included(made[Target.RELATIONSHIP], made[Target.RESOURCE], self.is_cut, erased)


def _resource_at(name: str) -> str:
    """The last change of a resource up to a moment, by what ids of relationships call it."""
    type, id = f"split_part({name}, '.', 1)", f"split_part({name}, '.', 2)"
    return f"""(
        SELECT id, record_id, action FROM {CHANGE}
        WHERE source_id = %s AND target = 'RESOURCE' AND collection = {type}
          AND public_id BETWEEN {id} AND {id} AND at <= %s
        ORDER BY public_id DESC, seq DESC LIMIT 1
    )"""


def _links_sql(far: str) -> str:
    """From id to id, as in `ingestion.past.lists`; by the second end along its own index."""
    if far == "to":
        first, within = "start.name || ','", "public_id < start.name || '-'"
        order, place = "public_id", 2
    else:
        end = "split_part(public_id, ',', 2)"
        first, within = "''", f"{end} BETWEEN start.name AND start.name"
        order, place = f"{end}, public_id", 1
    return f"""
        (SELECT '{far}', start.definition_id, start.id, link.place, link.record_id, link.change_id,
                found.record_id, found.id, far_name
         FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[])
              AS start (id, definition_id, collection, name)
         CROSS JOIN LATERAL (
             WITH RECURSIVE walk AS (
                 SELECT 0 AS place, ({first})::text COLLATE "C" AS public_id,
                        NULL::uuid AS record_id, NULL::uuid AS change_id, 0 AS found
                 UNION ALL
                 SELECT place + 1, next.public_id, state.record_id, state.id,
                        found + (state.id IS NOT NULL)::int
                 FROM walk
                 CROSS JOIN LATERAL (
                     SELECT public_id FROM {CHANGE}
                     WHERE source_id = %s AND target = 'RELATIONSHIP'
                       AND collection = start.collection AND {within}
                       AND public_id > walk.public_id
                     ORDER BY {order} LIMIT 1
                 ) AS next
                 LEFT JOIN LATERAL (
                     SELECT id, record_id, action FROM {CHANGE}
                     WHERE source_id = %s AND target = 'RELATIONSHIP'
                       AND collection = start.collection
                       AND public_id BETWEEN next.public_id AND next.public_id AND at <= %s
                     ORDER BY public_id DESC, seq DESC LIMIT 1
                 ) AS state ON action <> 'DELETE'
                 WHERE found <= {MOST_LINKS} AND place < {LOOKED_AT}
             )
             SELECT * FROM walk WHERE change_id IS NOT NULL OR place = {LOOKED_AT}
         ) AS link
         CROSS JOIN LATERAL (
             SELECT split_part(link.public_id, ',', {place}) AS far_name
         ) AS named
         LEFT JOIN LATERAL {_resource_at("far_name")} AS found ON action <> 'DELETE')
    """
