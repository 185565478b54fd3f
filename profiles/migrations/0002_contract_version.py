"""Contract versions are drawn from a sequence, so that a number rolled back never comes again."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("profiles", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "CREATE SEQUENCE profiles_contract_version",
            "DROP SEQUENCE profiles_contract_version",
        )
    ]
