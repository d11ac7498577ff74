"""Make the database itself keep what arrived."""

from django.db import migrations

from laurels.apps.append_only import GuardAppendOnly
from laurels.apps.intake import guards


def guard(apps, schema_editor):
    for statement in guards.create_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement)


def unguard(apps, schema_editor):
    for statement in guards.drop_sql(schema_editor.connection.vendor):
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    """Triggers on both engines."""

    dependencies = [("intake", "0003_deliveries")]
    operations = [
        GuardAppendOnly("intake_delivery"),
        GuardAppendOnly("intake_deliveryalarm"),
        migrations.RunPython(guard, unguard),
    ]
