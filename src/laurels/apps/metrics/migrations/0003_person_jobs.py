"""What a job that reads a person was asked for, and the runs it began."""

import django.db.models.deletion
import laurels.apps.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    """One table, empty."""

    dependencies = [
        ('jobs', '0001_initial'),
        ('metrics', '0002_runs'),
        ('people', '0012_reservations'),
    ]

    operations = [
        migrations.CreateModel(
            name='PersonJob',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('user_ref', models.CharField(db_index=True, max_length=32)),
                ('triggered_by', models.CharField(max_length=30)),
                ('partition_key', models.CharField(default='', max_length=80)),
                ('since', laurels.apps.fields.InstantField(null=True)),
                ('until', laurels.apps.fields.InstantField(null=True)),
                ('backfill_days', models.PositiveIntegerField(null=True)),
                ('sync_run', models.BigIntegerField(null=True)),
                ('asked_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='people.contributor')),
                ('contributor', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='person_jobs', to='people.contributor')),
                ('job', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='person_job', to='jobs.job')),
                ('metric_run', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='metrics.metricrun')),
            ],
        ),
    ]
