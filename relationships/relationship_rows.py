"""The rows of relationships and the locks on their ends, each in one statement."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from ingestion.kinds import Times
from ingestion.records import EMPTY_OBJECT, Record, RecordKey, stored_document
from ingestion.sql import columns, moment, row_ids, run, times
from profiles.contract import Contract
from relationships.contract import CompiledDefinition, definitions_of
from relationships.ends import End, Ends, Slot, read_relationship_id, relationship_id

_COLUMNS = """
    id, definition_id, from_public_id, to_public_id, version, data, identifiers,
    contract_version, created_at::text, updated_at::text
"""


def lock_ends(
    contract: Contract, single: Collection[End], shared: Collection[End]
) -> dict[End, UUID]:
    """The row ids of those ends that there are, locked in key order.

    An end that may have one partner only is held against other links; any end against deletion.
    For the form of these statements see `resource_rows.lock`.
    """
    found: dict[End, UUID] = {}
    if single:
        found |= _lock_ends(contract, single, "NO KEY UPDATE")
    if shared:
        found |= _lock_ends(contract, shared, "KEY SHARE")
    return found


def _lock_ends(contract: Contract, ends: Collection[End], strength: str) -> dict[End, UUID]:
    wanted = sorted((contract.profiles[end.type].id, end.id) for end in ends)
    rows = run(
        f"""
        SELECT found.*
        FROM (
                 SELECT * FROM unnest(%s::bigint[], %s::text[]) AS key (profile_id, public_id)
                 LIMIT %s
             ) AS wanted,
             LATERAL (
                 SELECT id, profile_id, public_id FROM ingestion_resource AS resource
                 WHERE source_id = %s AND resource.profile_id = wanted.profile_id
                   AND resource.public_id BETWEEN wanted.public_id AND wanted.public_id
                 ORDER BY resource.public_id LIMIT 1
                 FOR {strength}
             ) AS found
        """,
        [*columns(wanted, 2), len(wanted), contract.source_id],
    )
    return {End(contract.profile_key(profile), id): row_id for row_id, profile, id in rows}


def occupied(contract: Contract, wanted: Collection[Slot]) -> set[Slot]:
    """Those single places that are taken. Their resources are locked, so it stays so."""
    definitions = definitions_of(contract)
    places = [(definitions.get(slot.definition_key).id, slot.resource) for slot in wanted]
    rows = run(
        """
        SELECT definition_id, from_single, to_single
        FROM relationships_relationship
             JOIN unnest(%s::bigint[], %s::uuid[]) AS place (definition_id, resource_id)
             USING (definition_id)
        WHERE source_id = %s AND (from_single = resource_id OR to_single = resource_id)
        """,
        [*columns(places, 2), contract.source_id],
    )
    found: set[Slot] = set()
    for definition_id, from_single, to_single in rows:
        key = definitions.by_id(definition_id).key
        found |= {Slot(key, "from", from_single), Slot(key, "to", to_single)}
    return found & set(wanted)


def lock(
    contract: Contract, keys: Collection[RecordKey], for_deletion: bool
) -> dict[RecordKey, Record]:
    """The relationships that there are of these, locked in key order."""
    wanted = sorted(_places(contract, keys))
    rows = run(
        f"""
        SELECT found.*
        FROM (
                 SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
                     AS key (definition, from_id, to_id)
                 LIMIT %s
             ) AS wanted,
             LATERAL (
                 SELECT {_COLUMNS} FROM relationships_relationship
                 WHERE source_id = %s AND definition_id = wanted.definition
                   AND from_public_id = wanted.from_id
                   AND to_public_id BETWEEN wanted.to_id AND wanted.to_id
                 ORDER BY from_public_id, to_public_id LIMIT 1
                 FOR {"UPDATE" if for_deletion else "NO KEY UPDATE"}
             ) AS found
        """,
        [*columns(wanted, 3), len(wanted), contract.source_id],
    )
    return {record.key: record for record in map(_reader(contract), rows)}


def is_any_there(contract: Contract, keys: Collection[RecordKey]) -> bool:
    """Whether there is one of these by now, waiting for nobody."""
    wanted = _places(contract, keys)
    ((is_there,),) = run(
        """
        SELECT EXISTS (
            SELECT FROM (
                     SELECT * FROM unnest(%s::bigint[], %s::text[], %s::text[])
                         AS key (definition, from_id, to_id)
                     LIMIT %s
                 ) AS wanted,
                 LATERAL (
                     SELECT FROM relationships_relationship
                     WHERE source_id = %s AND definition_id = wanted.definition
                       AND from_public_id = wanted.from_id
                       AND to_public_id BETWEEN wanted.to_id AND wanted.to_id
                     ORDER BY from_public_id, to_public_id LIMIT 1
                 ) AS found
        )
        """,
        [*columns(wanted, 3), len(wanted), contract.source_id],
    )
    return bool(is_there)


def _places(contract: Contract, keys: Collection[RecordKey]) -> list[tuple[int, str, str]]:
    """The definition and both ends of each."""
    places = []
    for key in keys:
        definition = definitions_of(contract).get(key.collection)
        places.append((definition.id, *_ends(definition, key.public_id)))
    return places


def lock_links_of(contract: Contract, resources: Sequence[UUID]) -> Mapping[UUID, Sequence[Record]]:
    """The relationships of these resources, by the first that takes them along."""
    rows = run(
        f"""
        SELECT from_resource_id, to_resource_id, {_COLUMNS} FROM relationships_relationship
        WHERE source_id = %s AND (from_resource_id = ANY(%s) OR to_resource_id = ANY(%s))
        ORDER BY definition_id, from_public_id, to_public_id
        FOR UPDATE
        """,
        [contract.source_id, resources, resources],
    )
    places = {resource: place for place, resource in enumerate(resources)}
    read = _reader(contract)
    found: dict[UUID, list[Record]] = defaultdict(list)
    for from_end, to_end, *row in rows:
        taker = min(from_end, to_end, key=lambda end: places.get(end, len(places)))
        found[taker].append(read(row))
    return found


def insert(
    contract: Contract,
    ends: Mapping[End, UUID],
    records: Collection[Record],
    *,
    take_places: bool,
) -> Times:
    """New rows, in key order. `take_places` fills the columns that keep "at most one"."""
    rows = [_new_row(contract, ends, record, take_places) for record in records]
    written = run(
        """
        WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now), written AS (
        INSERT INTO relationships_relationship
            (id, source_id, definition_id, from_resource_id, to_resource_id, from_public_id,
             to_public_id, from_single, to_single, data, identifiers, version, contract_version,
             created_at, updated_at)
        SELECT id, %s, definition_id, from_resource_id, to_resource_id, from_public_id,
               to_public_id, from_single, to_single, data::jsonb, identifiers::jsonb, version, %s,
               coalesce(created_at, now), coalesce(updated_at, now)
        FROM unnest(%s::uuid[], %s::bigint[], %s::uuid[], %s::uuid[], %s::text[], %s::text[],
                    %s::uuid[], %s::uuid[], string_to_array(%s, chr(30)),
                    string_to_array(%s, chr(30)), %s::int[], %s::timestamptz[],
                    %s::timestamptz[])
             AS new (id, definition_id, from_resource_id, to_resource_id, from_public_id,
                     to_public_id, from_single, to_single, data, identifiers, version,
                     created_at, updated_at), clock
        ORDER BY definition_id, from_public_id, to_public_id
        )
        SELECT NULL, now FROM clock
        """,
        [contract.source_id, contract.version, *columns(rows, 13)],
    )
    return times(records, written)


def _new_row(
    contract: Contract, ends: Mapping[End, UUID], record: Record, take_places: bool
) -> tuple[Any, ...]:
    definition = definitions_of(contract).get(record.key.collection)
    from_side, to_side = definition.from_side, definition.to_side
    ids = _ends(definition, record.key.public_id)
    from_row = ends[End(from_side.profile_key, ids.from_id)]
    to_row = ends[End(to_side.profile_key, ids.to_id)]
    return (
        record.row_id,
        definition.id,
        from_row,
        to_row,
        ids.from_id,
        ids.to_id,
        from_row if take_places and from_side.is_single else None,
        to_row if take_places and to_side.is_single else None,
        record.data.text,
        record.identifiers.text,
        record.version,
        record.created_at,
        record.updated_at,
    )


def update(contract: Contract, records: Collection[Record]) -> Times:
    """New states of locked rows, each found by one look into the key; the ends never change."""
    rows = [
        (
            record.row_id,
            record.data.text,
            record.identifiers.text,
            record.version,
            record.created_at,
            record.updated_at,
        )
        for record in records
    ]
    written = run(
        """
        WITH clock AS MATERIALIZED (SELECT clock_timestamp() AS now), written AS (
        UPDATE relationships_relationship AS old
        SET data = new.data::jsonb, identifiers = new.identifiers::jsonb, version = new.version,
            contract_version = %s, created_at = new.created_at,
            updated_at = coalesce(
                new.updated_at,
                greatest(now, old.updated_at + interval '1 microsecond'))
        FROM clock, unnest(%s::uuid[], string_to_array(%s, chr(30)), string_to_array(%s, chr(30)),
                    %s::int[], %s::timestamptz[], %s::timestamptz[])
             AS new (id, data, identifiers, version, created_at, updated_at),
             LATERAL (
                 SELECT found.ctid FROM relationships_relationship AS found
                 WHERE source_id = %s AND found.id BETWEEN new.id AND new.id ORDER BY id LIMIT 1
             ) AS place
        WHERE old.ctid = place.ctid
        RETURNING old.id, old.updated_at)
        SELECT NULL::uuid AS id, now AS updated_at FROM clock
        UNION ALL SELECT id, updated_at FROM written, clock WHERE updated_at <> now
        """,
        [contract.version, *columns(rows, 6), contract.source_id],
    )
    return times(records, written)


def delete(contract: Contract, records: Collection[Record]) -> None:
    run(
        "DELETE FROM relationships_relationship WHERE source_id = %s AND id = ANY(%s)",
        [contract.source_id, row_ids(records)],
    )


def _ends(definition: CompiledDefinition, id: str) -> Ends:
    ends = read_relationship_id(
        id, definition.from_side.profile_key, definition.to_side.profile_key
    )
    assert ends is not None, "ids of records are full ids of their definition"
    return ends


def _reader(contract: Contract) -> Any:
    definitions = definitions_of(contract)

    def read(row: Iterable[Any]) -> Record:
        id, definition_id, from_id, to_id, version, data, identifiers, *rest = row
        contract_version, *moments = rest
        definition = definitions.by_id(definition_id)
        public_id = relationship_id(
            definition.from_side.profile_key,
            definition.to_side.profile_key,
            Ends(from_id, to_id),
        )
        return Record(
            id,
            RecordKey(definition.key, public_id),
            version,
            stored_document(data),
            EMPTY_OBJECT,
            stored_document(identifiers),
            contract_version,
            *map(moment, moments),
        )

    return read
