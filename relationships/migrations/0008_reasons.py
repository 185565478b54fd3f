"""Why a definition was saved, beside who and when."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('relationships', '0007_short_pending_list'),
    ]

    operations = [
        migrations.AddField(
            model_name='relationshipdefinitionversion',
            name='reason',
            field=models.TextField(blank=True, db_default='', default=''),
        ),
    ]
