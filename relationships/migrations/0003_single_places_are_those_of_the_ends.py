"""`from_single` and `to_single` are the ends themselves, whoever writes them (design.md, 3)."""

from django.db import migrations, models
from django.db.models import F, Q


class Migration(migrations.Migration):
    dependencies = [("relationships", "0002_composite_keys")]

    operations = [
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=Q(from_single=None) | Q(from_single=F("from_resource")),
                name="relationship_from_single_is_from",
            ),
        ),
        migrations.AddConstraint(
            model_name="relationship",
            constraint=models.CheckConstraint(
                condition=Q(to_single=None) | Q(to_single=F("to_resource")),
                name="relationship_to_single_is_to",
            ),
        ),
    ]
