"""The change feed: its newest tick, and changes by their transactions."""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0012_history'),
        ('profiles', '0005_profile_display'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tick',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('epoch', models.CharField(max_length=16)),
                ('settled', models.BigIntegerField(default=0)),
                ('snapshot', models.TextField()),
                ('low', models.BigIntegerField()),
                ('high', models.BigIntegerField()),
                ('first_later', models.BigIntegerField()),
                ('at', models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.AddIndex(
            model_name='change',
            index=models.Index(fields=['source', 'transaction', 'seq'], name='change_by_transaction'),
        ),
        migrations.AddConstraint(
            model_name='tick',
            constraint=models.CheckConstraint(condition=models.Q(('id', 1)), name='tick_is_one_row'),
        ),
    ]
