"""The history of configuration. It begins with what is there, since nobody knows what was before."""

import django.db.models.deletion
import django.db.models.functions.datetime
import profiles.fields
from django.conf import settings
from django.db import migrations, models

BASELINE = """
INSERT INTO profiles_configurationchange (kind, subject, source_id, version, body, actor, reason)
SELECT kind, subject, source_id, 1, json_strip_nulls(body), 'migration',
       'What was there when its history began.'
FROM (
    SELECT 'source' AS kind, key AS subject, id AS source_id, json_build_object(
        'key', key, 'type', 'registry', 'name', nullif(name, ''),
        'description', nullif(description, ''),
        'retention', CASE WHEN coalesce(retention_days, retention_versions) IS NOT NULL THEN
            json_build_object('days', retention_days, 'versions', retention_versions)
        END
    ) AS body
    FROM profiles_source WHERE retired_at IS NULL
    UNION ALL
    SELECT 'role', user_id::text, source_id, json_build_object(
        'user', username, 'source', key, 'role',
        CASE role WHEN 'reader' THEN 'viewer' WHEN 'writer' THEN 'steward' ELSE 'owner' END
    )
    FROM profiles_sourcerole AS role
    JOIN auth_user AS person ON person.id = user_id
    JOIN profiles_source AS source ON source.id = source_id
    UNION ALL
    SELECT 'key', prefix, NULL, json_build_object(
        'name', name, 'role', role,
        'sources', CASE WHEN is_limited THEN (
            SELECT coalesce(json_agg(source.key ORDER BY source.key COLLATE "C"), '[]')
            FROM profiles_apikey_sources AS listed
            JOIN profiles_source AS source ON source.id = listed.source_id
            WHERE listed.apikey_id = apikey.id AND source.retired_at IS NULL
        ) END,
        'expires', to_char(expiry_date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'rateLimit', rate_limit, 'revoked', revoked
    )
    FROM profiles_apikey AS apikey
    UNION ALL
    SELECT 'user', id::text, NULL, json_build_object(
        'username', username, 'active', is_active, 'staff', is_staff, 'superuser', is_superuser
    )
    FROM auth_user
) AS what
"""


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0006_retention'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='profileversion',
            name='reason',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
        migrations.CreateModel(
            name='ConfigurationChange',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('body', profiles.fields.DefinitionField(null=True)),
                ('actor', models.CharField(max_length=200)),
                ('reason', models.TextField(blank=True, db_default='', default='')),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('kind', models.CharField(choices=[('source', 'Source'), ('role', 'Role'), ('key', 'Key'), ('user', 'User')], max_length=6)),
                ('subject', models.CharField(max_length=62)),
                ('source', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='profiles.source')),
            ],
            options={
                'ordering': ['-at'],
                'abstract': False,
                'verbose_name': 'change of configuration',
                'verbose_name_plural': 'changes of configuration',
                'constraints': [models.UniqueConstraint(fields=('kind', 'subject', 'source', 'version'), name='version_of_configuration', nulls_distinct=False)],
            },
        ),
        migrations.RunSQL(BASELINE, migrations.RunSQL.noop),
    ]
