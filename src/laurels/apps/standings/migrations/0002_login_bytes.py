"""Order logins by their bytes on PostgreSQL, as SQLite does and as ties demand."""

from django.db import migrations


def by_bytes(apps, schema_editor):
    """Give the login column the C collation; SQLite compares bytes already."""
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(
            'ALTER TABLE standings_standing ALTER COLUMN login TYPE varchar(100) COLLATE "C"'
        )


class Migration(migrations.Migration):
    """One collation."""

    dependencies = [("standings", "0001_initial")]
    operations = [migrations.RunPython(by_bytes, migrations.RunPython.noop)]
