"""Subscriptions have a history too, which ingestion 0020 begins."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('profiles', '0007_configuration'),
    ]

    operations = [
        migrations.AlterField(
            model_name='configurationchange',
            name='kind',
            field=models.CharField(choices=[('source', 'Source'), ('role', 'Role'), ('key', 'Key'), ('user', 'User'), ('subscription', 'Subscription')], max_length=12),
        ),
    ]
