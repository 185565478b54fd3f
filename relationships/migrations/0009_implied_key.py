"""A relationship's definition is of its source: to check the source too costs as much as an index."""

from django.db import migrations

FORWARDS = "ALTER TABLE relationships_relationship DROP CONSTRAINT relationship_source"
BACKWARDS = """
ALTER TABLE relationships_relationship
    ADD CONSTRAINT relationship_source FOREIGN KEY (source_id) REFERENCES profiles_source (id)
"""


class Migration(migrations.Migration):
    dependencies = [("relationships", "0008_reasons")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
