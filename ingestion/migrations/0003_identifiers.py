"""Finds a resource by one of its identifiers, written as its parts joined by colons."""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION registrar_identifier_names(identifiers jsonb) RETURNS text[]
LANGUAGE sql IMMUTABLE PARALLEL SAFE
RETURN (
    SELECT array_agg(name)
    FROM jsonb_array_elements(identifiers) AS identifier,
         LATERAL (VALUES
             (concat_ws(':', identifier ->> 'system', identifier ->> 'value')),
             (concat_ws(':', identifier ->> 'system', identifier ->> 'value', identifier ->> 'use'))
         ) AS written (name)
);

CREATE INDEX resource_by_identifier ON ingestion_resource
    USING gin (registrar_identifier_names(identifiers))
    WHERE identifiers <> '[]'::jsonb;
"""

BACKWARDS = """
DROP INDEX resource_by_identifier;
DROP FUNCTION registrar_identifier_names(jsonb);
"""


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0002_composite_keys")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
