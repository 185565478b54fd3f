"""Answers equality of any property; `ingestion.filters.data` says how it is asked."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("relationships", "0003_single_places_are_those_of_the_ends")]

    operations = [
        migrations.AddIndex(
            model_name="relationship",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["data"], name="relationship_by_data", opclasses=["jsonb_path_ops"]
            ),
        ),
    ]
