"""What lists read by beside the indexes that they have: the time of the last change, and thinning.

A profile is of one source: without the statistics the planner takes the two for independent, and
expects a hundredth of the rows where there are a hundred profiles. The index begins with the profile
for another reason: of a table that was empty when it was last looked at, the planner takes all indexes
that begin with the source for equal, and the newest of them for whatever is looked up by its key.
"""

import django.db.models
from django.db import migrations

FORWARDS = """
CREATE STATISTICS resource_scope (dependencies) ON source_id, profile_id FROM ingestion_resource;

CREATE FUNCTION registrar_thin(value jsonb, shape jsonb) RETURNS jsonb
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    IF jsonb_typeof(shape) = 'object' AND jsonb_typeof(value) = 'object' THEN
        RETURN (
            SELECT coalesce(jsonb_object_agg(key, registrar_thin(value -> key, part)), '{}')
            FROM jsonb_each(shape) AS one (key, part)
            WHERE value ? key
        );
    ELSIF jsonb_typeof(shape) = 'object' AND jsonb_typeof(value) = 'array' THEN
        RETURN (
            SELECT coalesce(jsonb_agg(registrar_thin(element, shape) ORDER BY place), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS one (element, place)
        );
    END IF;
    RETURN value;
END $$;
COMMENT ON FUNCTION registrar_thin IS
    'What a shape names of a value: {"name": true, "address": {"city": true}}; through arrays.';
"""

BACKWARDS = """
DROP FUNCTION registrar_thin(jsonb, jsonb);
DROP STATISTICS resource_scope;
"""


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0007_data_indexes")]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=django.db.models.Index(
                fields=["profile", "updated_at", "public_id"], name="resource_by_change"
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
