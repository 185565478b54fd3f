"""What does not fit its profile, and what definitions would leave behind."""

import django.db.models.deletion
import profiles.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0008_reading'),
        ('profiles', '0005_profile_display'),
    ]

    operations = [
        migrations.CreateModel(
            name='ConformityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.BigIntegerField()),
                ('contract_version', models.BigIntegerField()),
                ('computed_at', models.DateTimeField()),
                ('checked', models.PositiveBigIntegerField()),
                ('total', models.PositiveBigIntegerField()),
                ('profile', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='profiles.profile')),
            ],
        ),
        migrations.CreateModel(
            name='DefinitionPlan',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('what', models.CharField(max_length=40)),
                ('key', models.CharField(max_length=62)),
                ('digest', models.CharField(max_length=64)),
                ('body', profiles.fields.DefinitionField()),
                ('contract_version', models.BigIntegerField()),
                ('asked_at', models.DateTimeField()),
                ('computed_at', models.DateTimeField(null=True)),
                ('found', profiles.fields.ExactJSONField(null=True)),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='profiles.source')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'what', 'key', 'contract_version', 'digest'), name='definition_plan')],
            },
        ),
        migrations.CreateModel(
            name='NonconformingResource',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.CharField(db_collation='C', max_length=93)),
                ('check_made', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, to='ingestion.conformitycheck')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('check_made', 'public_id'), name='nonconforming_resource')],
            },
        ),
    ]
