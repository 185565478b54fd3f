"""What a source keeps of its history."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0005_profile_display'),
    ]

    operations = [
        migrations.AddField(
            model_name='source',
            name='retention_days',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='source',
            name='retention_versions',
            field=models.PositiveIntegerField(blank=True, null=True),
        ),
    ]
