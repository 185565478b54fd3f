"""What is kept of history, and what was erased of it."""

import django.db.models.deletion
import django.db.models.functions.datetime
import ingestion.records
import profiles.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0017_webhooks'),
        ('profiles', '0006_retention'),
    ]

    operations = [
        migrations.CreateModel(
            name='Horizon',
            fields=[
                ('source', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, serialize=False, to='profiles.source')),
                ('cursor', models.TextField(default='')),
                ('days', models.PositiveIntegerField(null=True)),
                ('versions', models.PositiveIntegerField(null=True)),
                ('seq', models.BigIntegerField(default=0)),
                ('transaction', models.BigIntegerField(default=0)),
                ('at', models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.UUIDField(default=ingestion.records.new_row_id, editable=False, primary_key=True, serialize=False)),
                ('target', models.CharField(choices=[('RESOURCE', 'RESOURCE'), ('RELATIONSHIP', 'RELATIONSHIP')], max_length=12)),
                ('collection', models.CharField(db_collation='C', max_length=62, verbose_name='type')),
                ('public_id', models.CharField(db_collation='C', max_length=320, verbose_name='id')),
                ('scope', models.CharField(choices=[('all', 'All'), ('past', 'Past')], max_length=4)),
                ('actor', models.CharField(max_length=200)),
                ('reason', models.TextField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ('erased', profiles.fields.ExactJSONField()),
                ('source', models.ForeignKey(db_constraint=False, db_index=False, on_delete=django.db.models.deletion.DO_NOTHING, to='profiles.source')),
            ],
            options={
                'indexes': [models.Index(fields=['source', 'id'], name='erasure_of_source')],
            },
        ),
    ]
