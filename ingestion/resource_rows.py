"""The rows of resources: locked, inserted, updated and deleted, each in one statement."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ingestion.kinds import Times
from ingestion.records import Record, RecordKey, stored_document
from ingestion.sql import columns, moment, row_ids, run, times
from profiles.contract import Contract


def lock(
    contract: Contract, keys: Collection[RecordKey], for_deletion: bool
) -> dict[RecordKey, Record]:
    """The resources that there are of these, locked in key order.

    An update leaves the row's keys alone, so links to the resource may go on beside it.
    LATERAL is one look into the index for each key; a join is planned by statistics, which know
    nothing of a source that is being filled, and then reads all of it for each batch. BETWEEN and
    ORDER BY leave only the unique index: without statistics `resource_by_age`, where the id comes
    after the time, looks as good for `=`, and is read from end to end for each key.
    LIMIT takes nothing away: without it a plan that is kept reckons with ten keys, so PostgreSQL
    finds it worth while to make a new one for each batch that has fewer.
    """
    known = [key for key in keys if key.collection in contract.profiles]
    wanted = sorted((contract.profiles[k.collection].id, k.public_id) for k in known)
    rows = run(
        f"""
        SELECT found.*
        FROM (
                 SELECT * FROM unnest(%s::bigint[], %s::text[]) AS key (profile_id, public_id)
                 LIMIT %s
             ) AS wanted,
             LATERAL (
                 SELECT id, profile_id, public_id, version, data, contained, identifiers,
                        contract_version, created_at::text, updated_at::text
                 FROM ingestion_resource AS resource
                 WHERE source_id = %s AND resource.profile_id = wanted.profile_id
                   AND resource.public_id BETWEEN wanted.public_id AND wanted.public_id
                 ORDER BY resource.public_id LIMIT 1
                 FOR {"UPDATE" if for_deletion else "NO KEY UPDATE"}
             ) AS found
        """,
        [*columns(wanted, 2), len(wanted), contract.source_id],
    )
    return {record.key: record for record in _records(contract, rows)}


def is_any_there(contract: Contract, keys: Collection[RecordKey]) -> bool:
    """Whether there is one of these by now, waiting for nobody."""
    wanted = [(contract.profiles[key.collection].id, key.public_id) for key in keys]
    ((is_there,),) = run(
        """
        SELECT EXISTS (
            SELECT FROM (
                     SELECT * FROM unnest(%s::bigint[], %s::text[]) AS key (profile_id, public_id)
                     LIMIT %s
                 ) AS wanted,
                 LATERAL (
                     SELECT FROM ingestion_resource AS resource
                     WHERE source_id = %s AND resource.profile_id = wanted.profile_id
                       AND resource.public_id BETWEEN wanted.public_id AND wanted.public_id
                     ORDER BY resource.public_id LIMIT 1
                 ) AS found
        )
        """,
        [*columns(wanted, 2), len(wanted), contract.source_id],
    )
    return bool(is_there)


def insert(contract: Contract, records: Collection[Record]) -> Times:
    """New rows, in key order, lest two batches wait for each other's ids."""
    rows = [
        (
            record.row_id,
            contract.profiles[record.key.collection].id,
            record.key.public_id,
            record.data.text,
            record.contained.text,
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
        INSERT INTO ingestion_resource
            (id, source_id, profile_id, public_id, data, contained, identifiers, version,
             contract_version, created_at, updated_at)
        SELECT id, %s, profile_id, public_id, data::jsonb, contained::jsonb, identifiers::jsonb,
               version, %s, coalesce(created_at, now), coalesce(updated_at, now)
        FROM unnest(%s::uuid[], %s::bigint[], %s::text[], string_to_array(%s, chr(30)),
                    string_to_array(%s, chr(30)), string_to_array(%s, chr(30)),
                    %s::int[], %s::timestamptz[], %s::timestamptz[])
             AS new (id, profile_id, public_id, data, contained, identifiers, version,
                     created_at, updated_at), clock
        ORDER BY profile_id, public_id
        )
        SELECT NULL, now FROM clock
        """,
        [contract.source_id, contract.version, *columns(rows, 9)],
    )
    return times(records, written)


def update(contract: Contract, records: Collection[Record]) -> Times:
    """New states of locked rows, each found by one look into the key: see `lock`."""
    rows = [
        (
            record.row_id,
            record.data.text,
            record.contained.text,
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
        UPDATE ingestion_resource AS old
        SET data = new.data::jsonb, contained = new.contained::jsonb,
            identifiers = new.identifiers::jsonb, version = new.version,
            contract_version = %s, created_at = new.created_at,
            updated_at = coalesce(
                new.updated_at,
                greatest(now, old.updated_at + interval '1 microsecond'))
        FROM clock, unnest(%s::uuid[], string_to_array(%s, chr(30)), string_to_array(%s, chr(30)),
                    string_to_array(%s, chr(30)), %s::int[], %s::timestamptz[],
                    %s::timestamptz[])
             AS new (id, data, contained, identifiers, version, created_at, updated_at),
             LATERAL (
                 SELECT found.ctid FROM ingestion_resource AS found
                 WHERE source_id = %s AND found.id BETWEEN new.id AND new.id
                 ORDER BY found.id LIMIT 1
             ) AS place
        WHERE old.ctid = place.ctid
        RETURNING old.id, old.updated_at
        )
        SELECT NULL::uuid AS id, now AS updated_at FROM clock
        UNION ALL
        SELECT written.id, written.updated_at FROM written, clock WHERE written.updated_at <> now
        """,
        [contract.version, *columns(rows, 7), contract.source_id],
    )
    return times(records, written)


def delete(contract: Contract, records: Collection[Record]) -> None:
    run(
        "DELETE FROM ingestion_resource WHERE source_id = %s AND id = ANY(%s)",
        [contract.source_id, row_ids(records)],
    )


def _records(contract: Contract, rows: Iterable[tuple[Any, ...]]) -> Iterable[Record]:
    for id, profile_id, public_id, version, data, contained, identifiers, *rest in rows:
        contract_version, created_at, updated_at = rest
        yield Record(
            id,
            RecordKey(contract.profile_key(profile_id), public_id),
            version,
            stored_document(data),
            stored_document(contained),
            stored_document(identifiers),
            contract_version,
            moment(created_at),
            moment(updated_at),
        )
