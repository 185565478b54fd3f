"""Keys to the source that follow from others: to check one costs as much as an index, for each row.

A resource's profile is of its source, and a profile has one. A change is of a record that has one,
and no source is ever deleted: it is retired.
"""

from django.db import migrations

FORWARDS = """
ALTER TABLE ingestion_resource DROP CONSTRAINT resource_source;
ALTER TABLE ingestion_change DROP CONSTRAINT change_source;
"""

BACKWARDS = """
ALTER TABLE ingestion_resource
    ADD CONSTRAINT resource_source FOREIGN KEY (source_id) REFERENCES profiles_source (id);
ALTER TABLE ingestion_change
    ADD CONSTRAINT change_source FOREIGN KEY (source_id) REFERENCES profiles_source (id);
"""


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0019_subscription_history")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
