"""A source with very many records, made by the database itself, straight into the tables.

Searches do not read history, so there is none of it; how fast records are written is measured
elsewhere. The indexes of properties are built as the worker builds them.
"""

from __future__ import annotations

import asyncio
from typing import Any

from django.db import connection

from ingestion.indexes.building import follow_rows
from ingestion.sql import run
from profiles.definitions import profiles
from profiles.models import Profile, Source
from relationships.definitions import relationship_definitions
from relationships.models import RelationshipDefinition

SOURCE = "million"
ACTOR = "bench"
CITIES = 200

PROFILE: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol", "indexed": True},
        "practiceNumber": {"type": "integer", "indexed": True},
        "specialities": {"type": "array", "items": {"type": "symbol"}},
        "note": {"type": "symbol"},
        "active": {"type": "boolean"},
        "since": {"type": "date", "indexed": True},
        "position": {"type": "geopoint", "indexed": True},
        "address": {"type": "address", "indexed": ["city"]},
    }
}
DEFINITION: dict[str, Any] = {
    "from": {"profileKey": "provider", "includeKey": "refersTo", "includeCardinality": "0:*"},
    "to": {"profileKey": "provider", "includeKey": "referredBy", "includeCardinality": "0:*"},
    "properties": {"effective": {"type": "period"}},
}

RESOURCES = """
    INSERT INTO ingestion_resource (
        id, source_id, profile_id, public_id, data, contained, identifiers, version,
        contract_version, created_at, updated_at
    )
    SELECT gen_random_uuid(), %s, %s, 'p' || n, jsonb_build_object(
            'name', (ARRAY['Ada', 'Ben', 'Chloé', 'Dai', 'Eve'])[n %% 5 + 1] || ' Provider ' || n,
            'practiceNumber', 1000000 + n,
            'specialities', (ARRAY['["Pharmacist"]', '["Pharmacist", "Family medicine"]',
                                   '["Palliative care"]'])[n %% 3 + 1]::jsonb,
            'note', repeat('Sees patients on weekdays; walk-ins before noon. ', 8),
            'active', n %% 7 <> 0,
            'since', to_char(date '1980-01-01' + n %% 16000, 'YYYY-MM-DD'),
            'position', jsonb_build_object(
                'longitude', round((-140 + (n * 37 %% 85000) / 1000.0)::numeric, 3),
                'latitude', round((42 + (n * 53 %% 25000) / 1000.0)::numeric, 3)
            ),
            'address', jsonb_build_object('city', 'City ' || n %% %s, 'country', 'CA')
        ), '{}', '[]', 1, 1, at, at
    FROM generate_series(1, %s) AS n,
         LATERAL (SELECT timestamptz '2020-01-01' + n * interval '1 second') AS made (at)
"""

RELATIONSHIPS = """
    INSERT INTO relationships_relationship (
        id, source_id, definition_id, from_resource_id, to_resource_id, from_public_id,
        to_public_id, data, identifiers, version, contract_version, created_at, updated_at
    )
    SELECT gen_random_uuid(), %s, %s, start.id, goal.id, start.public_id, goal.public_id,
           jsonb_build_object('effective', jsonb_build_object('start', '2024')), '[]', 1, 1,
           start.created_at, start.created_at
    FROM (SELECT n, (n::bigint * 7919 %% %s) + 1 AS other FROM generate_series(1, %s) AS n) AS pair
    JOIN ingestion_resource AS start
      ON start.profile_id = %s AND start.public_id = 'p' || pair.n
    JOIN ingestion_resource AS goal
      ON goal.profile_id = %s AND goal.public_id = 'p' || pair.other
"""


def fill(records: int) -> None:
    """So many resources, as many relationships between them, and the indexes that are marked."""
    source = Source.objects.create(key=SOURCE)
    profiles.save(SOURCE, "provider", PROFILE, actor=ACTOR)
    relationship_definitions.save(SOURCE, "referral", DEFINITION, actor=ACTOR)
    profile = Profile.objects.get(source=source, key="provider")
    definition = RelationshipDefinition.objects.get(source=source, key="referral")
    run(RESOURCES, [source.pk, profile.pk, CITIES, records])
    run("ANALYZE ingestion_resource", [])
    ids = [source.pk, definition.pk, records, records, profile.pk, profile.pk]
    run(RELATIONSHIPS, ids)
    run("ANALYZE relationships_relationship", [])
    asyncio.run(follow_rows())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE) ingestion_resource, relationships_relationship")
