"""Keys that begin with the source, and foreign keys that are checked at once (design.md, 3)."""

from django.db import migrations

FORWARDS = """
ALTER TABLE relationships_relationship
    DROP CONSTRAINT relationships_relationship_pkey,
    ADD PRIMARY KEY (source_id, id),
    ADD CONSTRAINT relationship_source FOREIGN KEY (source_id) REFERENCES profiles_source (id),
    ADD CONSTRAINT relationship_definition
        FOREIGN KEY (source_id, definition_id)
        REFERENCES relationships_relationshipdefinition (source_id, id),
    ADD CONSTRAINT relationship_from_resource
        FOREIGN KEY (source_id, from_resource_id) REFERENCES ingestion_resource (source_id, id),
    ADD CONSTRAINT relationship_to_resource
        FOREIGN KEY (source_id, to_resource_id) REFERENCES ingestion_resource (source_id, id);
"""

BACKWARDS = """
ALTER TABLE relationships_relationship
    DROP CONSTRAINT relationship_to_resource,
    DROP CONSTRAINT relationship_from_resource,
    DROP CONSTRAINT relationship_definition,
    DROP CONSTRAINT relationship_source,
    DROP CONSTRAINT relationships_relationship_pkey,
    ADD CONSTRAINT relationships_relationship_pkey PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0001_initial"),
        ("ingestion", "0002_composite_keys"),
    ]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
