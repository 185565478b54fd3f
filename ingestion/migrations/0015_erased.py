"""Changes whose payload was erased, while the fact that they were made stays."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0014_short_pending_list")]

    operations = [
        migrations.AddField("Change", "is_erased", models.BooleanField(db_default=False)),
    ]
