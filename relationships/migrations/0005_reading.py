"""What lists read by: the time of the last change, and that a definition is of one source."""

import django.db.models
from django.db import migrations

FORWARDS = """
CREATE STATISTICS relationship_scope (dependencies)
    ON source_id, definition_id FROM relationships_relationship;
"""

BACKWARDS = "DROP STATISTICS relationship_scope;"


class Migration(migrations.Migration):
    dependencies = [("relationships", "0004_relationship_by_data")]

    operations = [
        migrations.AddIndex(
            model_name="relationship",
            index=django.db.models.Index(
                fields=["definition", "updated_at", "from_public_id", "to_public_id"],
                name="relationship_by_change",
            ),
        ),
        migrations.RunSQL(FORWARDS, BACKWARDS),
    ]
