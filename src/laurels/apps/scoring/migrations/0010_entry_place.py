"""Let SQLite keep the ledger in the order of its key; PostgreSQL does not change."""

from django.db import migrations

from laurels.apps.append_only import GuardAppendOnly, UnguardAppendOnly
from laurels.apps.fields import PlaceField


class Migration(migrations.Migration):
    """SQLite copies the table, and its triggers go with the old one."""

    dependencies = [("scoring", "0002_guard")]
    operations = [
        UnguardAppendOnly("scoring_ledgerentry"),
        migrations.AlterField("ledgerentry", "id", PlaceField(primary_key=True, serialize=False)),
        GuardAppendOnly("scoring_ledgerentry"),
    ]
