"""The links of one resource by one definition are found without those by others.

A hub may have a hundred thousand of these (`relationships.walk`). The primary key is made anew after
them: of a table that was empty when it was last looked at, the planner takes all indexes that begin
with the source for equal, and the newest of them for whatever is looked up by its key.
"""

from django.db import migrations, models


KEY = """
ALTER TABLE relationships_relationship
    DROP CONSTRAINT relationships_relationship_pkey,
    ADD CONSTRAINT relationships_relationship_pkey PRIMARY KEY (source_id, id);
"""


class Migration(migrations.Migration):
    dependencies = [("relationships", "0005_reading")]

    operations = [
        operation
        for side in ("from", "to")
        for operation in (
            migrations.RemoveIndex("relationship", f"relationship_{side}"),
            migrations.AddIndex(
                "relationship",
                models.Index(
                    fields=["source", f"{side}_resource", "definition"],
                    name=f"relationship_{side}",
                ),
            ),
        )
    ] + [migrations.RunSQL(KEY, KEY)]
