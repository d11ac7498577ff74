"""Make the database itself refuse to change what is written once."""

from django.db import migrations

from laurels.apps.append_only import GuardAppendOnly


def make_head(apps, schema_editor):
    """Insert the one row whose lock makes writers of the chain serial."""
    apps.get_model("scoring", "ChainHead").objects.create(id=1)



class Migration(migrations.Migration):
    """Triggers on both engines."""

    dependencies = [("scoring", "0001_initial")]
    operations = [
        GuardAppendOnly("scoring_ledgerentry"),
        GuardAppendOnly("scoring_rulesetversion"),
        migrations.RunPython(make_head, migrations.RunPython.noop),
    ]
