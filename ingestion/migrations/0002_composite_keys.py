"""Keys that begin with the source, and foreign keys that are checked at once (design.md, 3).

Django's own are deferred: they would fail at commit, after the receipts are made.
"""

from django.db import migrations

FORWARDS = """
ALTER TABLE ingestion_resource
    DROP CONSTRAINT ingestion_resource_pkey,
    ADD PRIMARY KEY (source_id, id),
    ADD CONSTRAINT resource_source FOREIGN KEY (source_id) REFERENCES profiles_source (id),
    ADD CONSTRAINT resource_profile
        FOREIGN KEY (source_id, profile_id) REFERENCES profiles_profile (source_id, id);

ALTER TABLE ingestion_change
    DROP CONSTRAINT ingestion_change_pkey,
    ADD PRIMARY KEY (source_id, id),
    ADD CONSTRAINT change_source FOREIGN KEY (source_id) REFERENCES profiles_source (id),
    ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY,
    ALTER COLUMN transaction SET DEFAULT pg_current_xact_id()::text::bigint;

ALTER TABLE ingestion_receipt
    DROP CONSTRAINT ingestion_receipt_pkey,
    ADD PRIMARY KEY (source_id, id),
    ADD CONSTRAINT receipt_source FOREIGN KEY (source_id) REFERENCES profiles_source (id);
"""

BACKWARDS = """
ALTER TABLE ingestion_receipt
    DROP CONSTRAINT receipt_source,
    DROP CONSTRAINT ingestion_receipt_pkey,
    ADD CONSTRAINT ingestion_receipt_pkey PRIMARY KEY (id);

ALTER TABLE ingestion_change
    ALTER COLUMN transaction DROP DEFAULT,
    ALTER COLUMN seq DROP IDENTITY,
    DROP CONSTRAINT change_source,
    DROP CONSTRAINT ingestion_change_pkey,
    ADD CONSTRAINT ingestion_change_pkey PRIMARY KEY (id);

ALTER TABLE ingestion_resource
    DROP CONSTRAINT resource_profile,
    DROP CONSTRAINT resource_source,
    DROP CONSTRAINT ingestion_resource_pkey,
    ADD CONSTRAINT ingestion_resource_pkey PRIMARY KEY (id);
"""


class Migration(migrations.Migration):
    dependencies = [("ingestion", "0001_initial")]

    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
