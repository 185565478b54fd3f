"""The history of subscriptions. It begins with what is there, since nobody knows what was before."""

from django.db import migrations, models

BASELINE = """
INSERT INTO profiles_configurationchange (kind, subject, source_id, version, body, actor, reason)
SELECT 'subscription', key, source_id, version, json_strip_nulls(json_build_object(
           'key', key, 'url', url, 'types', to_json(types),
           'payload', CASE WHEN has_payload THEN 'full' ELSE 'none' END, 'batch', batch,
           'description', nullif(description, ''), 'from', begun_from,
           'state', json_build_object('status', status, 'formerSecretUntil',
               to_char(former_until AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))
       )), 'migration', 'What was there when its history began.'
FROM ingestion_subscription
"""
SENT = "UPDATE ingestion_subscription SET sent_version = version"


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0018_retention'),
        ('profiles', '0008_configuration_kinds'),
    ]

    operations = [
        migrations.AddField(
            model_name='subscription',
            name='begun_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='secret_since',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='subscription',
            name='sent_version',
            field=models.PositiveIntegerField(default=1, editable=False),
        ),
        migrations.RunSQL(SENT, migrations.RunSQL.noop),
        migrations.RunSQL(BASELINE, migrations.RunSQL.noop),
    ]
