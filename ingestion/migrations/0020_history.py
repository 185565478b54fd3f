"""Why a change was made; and the changes of one transaction of a task, found without the others."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0011_kept_answers")]

    operations = [
        migrations.AddField("Change", "reason", models.TextField(db_default="")),
        migrations.AddField(
            "Task", "reason", models.TextField(blank=True, db_default="", default="")
        ),
        migrations.RemoveIndex("Change", "change_of_task"),
        migrations.AddIndex(
            "Change",
            models.Index(fields=["source", "task_id", "transaction"], name="change_of_task"),
        ),
    ]
