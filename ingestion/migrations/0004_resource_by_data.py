"""Answers equality of any property; `ingestion.filters.data` says how it is asked."""

import django.contrib.postgres.indexes
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0003_identifiers")]

    operations = [
        migrations.AddIndex(
            model_name="resource",
            index=django.contrib.postgres.indexes.GinIndex(
                fields=["data"], name="resource_by_data", opclasses=["jsonb_path_ops"]
            ),
        ),
    ]
