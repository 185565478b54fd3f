"""What must be so at every moment, asked of the tables in plain SQL.

Each query finds what breaks one invariant of design.md, section 2, in a source; so none may find
anything, whatever others are doing while it runs.
"""

from __future__ import annotations

from django.db import connection

from profiles.models import Source
from tests.writing.replaying import LIVE

RESOURCES_OF_ONE_ID = """
SELECT profile_id, public_id FROM ingestion_resource WHERE source_id = %(source)s
GROUP BY profile_id, public_id HAVING count(*) > 1
"""
RELATIONSHIPS_OF_THE_SAME_ENDS = """
SELECT definition_id, from_resource_id, to_resource_id FROM relationships_relationship
WHERE source_id = %(source)s
GROUP BY definition_id, from_resource_id, to_resource_id HAVING count(*) > 1
"""
LINKS = """
SELECT link.*, definition.body, definition.retired_at, definition.from_profile_id,
       definition.to_profile_id,
       definition.body #>> '{from,includeCardinality}' LIKE '_:1' AS from_is_single,
       definition.body #>> '{to,includeCardinality}' LIKE '_:1' AS to_is_single
FROM relationships_relationship AS link
     JOIN relationships_relationshipdefinition AS definition ON definition.id = definition_id
WHERE link.source_id = %(source)s
"""
SECOND_PARTNERS = f"""
WITH link AS ({LINKS})
SELECT 'from', definition_id, from_resource_id FROM link WHERE from_is_single
GROUP BY definition_id, from_resource_id HAVING count(*) > 1
UNION ALL
SELECT 'to', definition_id, to_resource_id FROM link WHERE to_is_single
GROUP BY definition_id, to_resource_id HAVING count(*) > 1
"""
PLACES_THAT_DO_NOT_FOLLOW_THE_DEFINITION = f"""
WITH link AS ({LINKS})
SELECT id, from_single, to_single FROM link
WHERE from_single IS DISTINCT FROM CASE WHEN from_is_single THEN from_resource_id END
   OR to_single IS DISTINCT FROM CASE WHEN to_is_single THEN to_resource_id END
"""
DANGLING_RELATIONSHIPS = f"""
WITH link AS ({LINKS}), resource AS (
    SELECT resource.*, profile.key FROM ingestion_resource AS resource
    JOIN profiles_profile AS profile ON profile.id = profile_id AND profile.retired_at IS NULL
)
SELECT link.id FROM link
LEFT JOIN resource AS from_end
    ON (from_end.source_id, from_end.id, from_end.profile_id, from_end.public_id, from_end.key)
     = (link.source_id, from_resource_id, from_profile_id, from_public_id,
        link.body #>> '{{from,profileKey}}')
LEFT JOIN resource AS to_end
    ON (to_end.source_id, to_end.id, to_end.profile_id, to_end.public_id, to_end.key)
     = (link.source_id, to_resource_id, to_profile_id, to_public_id,
        link.body #>> '{{to,profileKey}}')
WHERE from_end.id IS NULL OR to_end.id IS NULL OR link.retired_at IS NOT NULL
"""
RESOURCES_WITHOUT_A_PROFILE = """
SELECT resource.id FROM ingestion_resource AS resource
     JOIN profiles_profile AS profile ON profile.id = profile_id
WHERE resource.source_id = %(source)s
  AND (profile.retired_at IS NOT NULL OR profile.source_id <> resource.source_id)
"""
VERSIONS_THAT_DO_NOT_COUNT = """
SELECT public_id, seq, action, version, place FROM (
    SELECT *, row_number() OVER life AS place, lead(seq) OVER life AS next
    FROM ingestion_change WHERE source_id = %(source)s
    WINDOW life AS (PARTITION BY record_id ORDER BY seq)
) AS change
WHERE version <> place - (action = 'DELETE')::int
   OR action = 'DELETE' AND (next IS NOT NULL OR place = 1)
   OR action = 'CREATE' AND place > 1
   OR action = 'UPDATE' AND place = 1
"""
LIVES_THAT_OVERLAP = """
SELECT public_id, seq, former_action, action FROM (
    SELECT *, lag(record_id) OVER record AS former, lag(action) OVER record AS former_action
    FROM ingestion_change WHERE source_id = %(source)s
    WINDOW record AS (PARTITION BY target, collection, public_id ORDER BY seq)
) AS change
WHERE former IS NOT NULL AND (former = record_id) = (former_action = 'DELETE')
"""
TIMES_THAT_DO_NOT_RISE = """
SELECT public_id, seq, former_at, at FROM (
    SELECT *, lag(at) OVER record AS former_at
    FROM ingestion_change WHERE source_id = %(source)s
    WINDOW record AS (PARTITION BY target, collection, public_id ORDER BY seq)
) AS change
WHERE former_at >= at
"""
CHANGES_BY_A_CONTRACT_THAT_WAS_OVER = """
SELECT public_id, seq, former_version, contract_version FROM (
    SELECT *, lag(contract_version) OVER (ORDER BY seq) AS former_version
    FROM ingestion_change WHERE source_id = %(source)s AND action <> 'DELETE'
) AS change
WHERE former_version > contract_version
"""
SAVED = """
SELECT 'RESOURCE' AS target, definition.key, saved.*
FROM profiles_profileversion AS saved
     JOIN profiles_profile AS definition ON definition.id = definition_id
WHERE source_id = %(source)s
UNION ALL
SELECT 'RELATIONSHIP', definition.key, saved.*
FROM relationships_relationshipdefinitionversion AS saved
     JOIN relationships_relationshipdefinition AS definition ON definition.id = definition_id
WHERE source_id = %(source)s
"""
CHANGES_THAT_BREAK_THEIR_CONTRACT = f"""
WITH saved AS ({SAVED})
SELECT change.public_id, seq, data, body
FROM ingestion_change AS change
     LEFT JOIN LATERAL (
         SELECT body::jsonb -> 'properties' AS properties, body::jsonb AS body FROM saved
         WHERE saved.target = change.target AND saved.key = change.collection
           AND saved.contract_version <= change.contract_version
         ORDER BY saved.contract_version DESC LIMIT 1
     ) AS held ON true
WHERE change.source_id = %(source)s AND action <> 'DELETE'
  AND (body IS NULL
       OR change.contract_version NOT IN (SELECT contract_version FROM saved)
       OR EXISTS (
           SELECT FROM jsonb_each(data) AS member (key, value)
           WHERE jsonb_typeof(value) IS DISTINCT FROM
                 CASE properties #>> ARRAY[member.key, 'type']
                      WHEN 'symbol' THEN 'string' WHEN 'integer' THEN 'number' END
       ))
"""
DEFINITIONS_THAT_WERE_NOT_KEPT = f"""
WITH saved AS ({SAVED})
SELECT * FROM (
    SELECT target, key, version, contract_version,
           row_number() OVER definition AS place,
           lag(contract_version) OVER definition AS former
    FROM saved WINDOW definition AS (PARTITION BY target, key ORDER BY version)
) AS saved
WHERE version <> place OR former >= contract_version
   OR contract_version > (SELECT contract_version FROM profiles_source WHERE id = %(source)s)
"""
RECORDS_THAT_HISTORY_DOES_NOT_TELL = f"""
WITH last AS (
    SELECT DISTINCT ON (target, collection, public_id) * FROM ingestion_change
    WHERE source_id = %(source)s ORDER BY target, collection, public_id, seq DESC
), told AS (
    SELECT target, collection, public_id, record_id, version, data::text, contained::text,
           identifiers::text, created_at, updated_at, contract_version
    FROM last WHERE action <> 'DELETE'
), live AS ({LIVE.replace("= %s", "= %(source)s")})
(SELECT 'told', * FROM (SELECT * FROM told EXCEPT ALL SELECT * FROM live) AS only_told)
UNION ALL
(SELECT 'live', * FROM (SELECT * FROM live EXCEPT ALL SELECT * FROM told) AS only_live)
"""

QUERIES = {
    name: sql
    for name, sql in globals().items()
    if name.isupper() and name not in ("LINKS", "SAVED", "LIVE")
}


def check_invariants(source: Source) -> None:
    found = broken(source)
    assert not found, found


def broken(source: Source) -> dict[str, list[tuple[object, ...]]]:
    """What breaks an invariant, by its name."""
    found = {}
    with connection.cursor() as cursor:
        for name, sql in QUERIES.items():
            cursor.execute(sql, {"source": source.pk})
            if rows := cursor.fetchall():
                found[name] = rows
    return found
