"""The links of one resource by one definition are found without those by others.

A hub may have a hundred thousand of these (`relationships.walk`).
"""

from django.db import migrations, models


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
    ]
