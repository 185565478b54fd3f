"""Which task a task undoes, and the records that it has to bring back."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ingestion', '0015_erased'),
        ('profiles', '0005_profile_display'),
    ]

    operations = [
        migrations.CreateModel(
            name='UndoneRecord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.BigIntegerField()),
                ('target', models.CharField(max_length=12)),
                ('collection', models.CharField(db_collation='C', max_length=62)),
                ('public_id', models.CharField(db_collation='C', max_length=320)),
                ('was_there', models.BooleanField()),
                ('before', models.UUIDField(null=True)),
                ('made', models.UUIDField()),
                ('conflict', models.CharField(blank=True, choices=[('CHANGED_SINCE', 'Changed Since'), ('LINKED', 'Linked'), ('UNKNOWN', 'Unknown'), ('ERASED', 'Erased'), ('REFUSED', 'Refused')], max_length=13)),
            ],
        ),
        migrations.AddField(
            model_name='task',
            name='undoes',
            field=models.CharField(blank=True, db_default='', default='', max_length=40),
        ),
        migrations.AlterField(
            model_name='task',
            name='kind',
            field=models.CharField(choices=[('bk', 'Bulk'), ('bd', 'Bundle'), ('pg', 'Purge'), ('un', 'Undo')], max_length=2),
        ),
        migrations.AddIndex(
            model_name='task',
            index=models.Index(condition=models.Q(('undoes', ''), _negated=True), fields=['source', 'undoes', 'id'], name='task_of_undone'),
        ),
        migrations.AddField(
            model_name='undonerecord',
            name='task',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ingestion.task'),
        ),
        migrations.AddConstraint(
            model_name='undonerecord',
            constraint=models.UniqueConstraint(fields=('task', 'number'), name='undone_in_order'),
        ),
        migrations.AddConstraint(
            model_name='undonerecord',
            constraint=models.UniqueConstraint(fields=('task', 'target', 'collection', 'public_id'), name='undone_record'),
        ),
    ]
