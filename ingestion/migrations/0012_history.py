"""Why a change was made; and the changes of one transaction of a task, found without the others;
and those of a relationship by its second end.
"""

from django.db import migrations, models
from django.db.models import F, Func, Value


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
        migrations.AddIndex(
            "Change",
            models.Index(
                F("source"),
                F("collection"),
                Func(F("public_id"), Value(","), Value(2), function="split_part"),
                F("public_id"),
                name="change_of_second_end",
                condition=models.Q(target="RELATIONSHIP"),
            ),
        ),
    ]
