"""Relationships that keep resources from being deleted or restored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from ingestion.operations import Target
from ingestion.records import RecordKey
from ingestion.sql import columns, run
from profiles.contract import Contract
from relationships.contract import CompiledDefinition, definitions_of
from relationships.ends import Ends, read_relationship_id, relationship_id

LINKS = "relationships_relationship"
_ENDS = "definition_id, from_public_id, to_public_id"
_ID = "(from_type || '.' || from_public_id || ',' || to_type || '.' || to_public_id)"


def linked_ones(contract: Contract, resources: Collection[UUID]) -> set[UUID]:
    """Those of these resources that have a relationship."""
    rows = run(
        f"""
        SELECT resource FROM unnest(%s::uuid[]) AS wanted (resource)
        WHERE EXISTS (SELECT FROM {LINKS} WHERE source_id = %s AND from_resource_id = resource)
           OR EXISTS (SELECT FROM {LINKS} WHERE source_id = %s AND to_resource_id = resource)
        """,
        [list(resources), contract.source_id, contract.source_id],
    )
    return {resource for (resource,) in rows}


def still_linked_ones(contract: Contract, undo: UUID, resources: Collection[UUID]) -> set[UUID]:
    """Which of these resources have a relationship that an undo leaves in place.

    The undo removes those that the task made and nobody changed since.
    """
    definitions = definitions_of(contract).all
    types = [
        (one.id, one.key, one.from_side.profile_key, one.to_side.profile_key) for one in definitions
    ]
    rows = run(
        f"""
        SELECT resource FROM unnest(%s::uuid[]) AS wanted (resource)
        WHERE EXISTS (
            SELECT FROM (
                SELECT id, version, {_ENDS} FROM {LINKS}
                WHERE source_id = %s AND from_resource_id = resource
                UNION ALL
                SELECT id, version, {_ENDS} FROM {LINKS}
                WHERE source_id = %s AND to_resource_id = resource
            ) AS link
            JOIN unnest(%s::bigint[], %s::text[], %s::text[], %s::text[])
                AS definition (id, key, from_type, to_type) ON definition.id = definition_id
            LEFT JOIN LATERAL (
                SELECT made FROM ingestion_undonerecord AS going
                WHERE task_id = %s AND target = %s AND going.collection = definition.key
                  AND going.public_id BETWEEN {_ID} AND {_ID}
                  AND NOT was_there AND conflict = ''
                ORDER BY going.public_id LIMIT 1
            ) AS record ON true
            LEFT JOIN ingestion_change AS change
              ON change.source_id = %s AND change.id = record.made
                 AND change.record_id = link.id AND change.version = link.version
            WHERE change.id IS NULL
        )
        """,
        [
            list(resources),
            contract.source_id,
            contract.source_id,
            *columns(types, 4),
            undo,
            Target.RELATIONSHIP.value,
            contract.source_id,
        ],
    )
    return {resource for (resource,) in rows}


def needed_by(contract: Contract, links: Iterable[RecordKey]) -> list[tuple[Target, RecordKey]]:
    """The records on which it depends whether relationships can come back: their ends, and whatever
    occupies the single places that they need.
    """
    needed: dict[tuple[Target, RecordKey], None] = {}
    wanted: dict[str, list[tuple[int, str]]] = {"from": [], "to": []}
    for key in links:
        definition = _definition(contract, key)
        if definition is None:
            continue
        sides = (definition.from_side, definition.to_side)
        ends = read_relationship_id(key.public_id, *(side.profile_key for side in sides))
        for name, side, id in zip(wanted, sides, ends or (), strict=False):
            needed[Target.RESOURCE, RecordKey(side.profile_key, id)] = None
            if side.is_single:
                wanted[name].append((definition.id, id))
    for name, places in wanted.items():
        needed |= dict.fromkeys(_sitting(contract, name, places))
    return list(needed)


def _definition(contract: Contract, key: RecordKey) -> CompiledDefinition | None:
    definitions = definitions_of(contract)
    return definitions.get(key.collection) if key.collection in definitions else None


def _sitting(
    contract: Contract, side: str, places: Sequence[tuple[int, str]]
) -> list[tuple[Target, RecordKey]]:
    """The relationships in single places, which are looked up by the resource that has them."""
    if not places:
        return []
    definitions = definitions_of(contract)
    types = {
        one.id: (one.from_side if side == "from" else one.to_side).profile_key
        for one in definitions.all
    }
    asked = [(id, contract.profiles[types[id]].id, public_id) for id, public_id in places]
    rows = run(
        f"""
        SELECT link.definition_id, from_public_id, to_public_id
        FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS place (definition, profile, id)
        CROSS JOIN LATERAL (
            SELECT resource.id FROM ingestion_resource AS resource
            WHERE source_id = %s AND profile_id = place.profile
              AND public_id BETWEEN place.id AND place.id
            ORDER BY public_id LIMIT 1
        ) AS resource
        JOIN {LINKS} AS link
          ON link.source_id = %s AND link.definition_id = definition
             AND {side}_single = resource.id
        """,
        [*columns(asked, 3), contract.source_id, contract.source_id],
    )
    return [
        (Target.RELATIONSHIP, _key(definitions.by_id(id), Ends(from_id, to_id)))
        for id, from_id, to_id in rows
    ]


def _key(definition: CompiledDefinition, ends: Ends) -> RecordKey:
    types = (definition.from_side.profile_key, definition.to_side.profile_key)
    return RecordKey(definition.key, relationship_id(*types, ends))
