"""Answers to requests with an Idempotency-Key."""

import profiles.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0010_tasks'),
    ]

    operations = [
        migrations.CreateModel(
            name='KeptAnswer',
            fields=[
                ('scope', models.BinaryField(primary_key=True, serialize=False)),
                ('fingerprint', models.BinaryField()),
                ('asked_at', models.DateTimeField(db_index=True)),
                ('status', models.PositiveSmallIntegerField()),
                ('headers', profiles.fields.ExactJSONField()),
                ('body', models.BinaryField()),
            ],
        ),
    ]
