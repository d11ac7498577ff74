"""Checkpoints of the ledger, and which places outside have taken them."""

import django.db.models.deletion
import laurels.apps.fields
from django.db import migrations, models

from laurels.apps.append_only import GuardAppendOnly


class Migration(migrations.Migration):
    """Two tables that are only ever added to."""

    dependencies = [
        ('scoring', '0011_adjustment_index'),
    ]

    operations = [
        migrations.CreateModel(
            name='LedgerCheckpoint',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sequence', models.BigIntegerField()),
                ('line', models.TextField()),
                ('made_at', laurels.apps.fields.InstantField()),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='CheckpointTold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('place', models.CharField(max_length=10)),
                ('told_at', laurels.apps.fields.InstantField()),
                ('checkpoint', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='told', to='scoring.ledgercheckpoint')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('checkpoint', 'place'), name='scoring_told_once')],
            },
        ),
        GuardAppendOnly("scoring_ledgercheckpoint"),
        GuardAppendOnly("scoring_checkpointtold"),
    ]
