"""Make the database itself refuse to change what is written once."""

from django.db import migrations

from laurels.apps.append_only import GuardAppendOnly


def make_head(apps, schema_editor):
    """Insert the one row whose lock makes writers of the chain serial."""
    apps.get_model("audit", "AuditHead").objects.create(id=1)


class Migration(migrations.Migration):
    """Triggers on both engines."""

    dependencies = [("audit", "0001_initial")]
    operations = [
        GuardAppendOnly("audit_auditrow"),
        migrations.RunPython(make_head, migrations.RunPython.noop),
    ]
