"""Make the database itself refuse to change what is written once."""

from django.db import migrations

from laurels.apps.append_only import GuardAppendOnly


class Migration(migrations.Migration):
    """Triggers on both engines."""

    dependencies = [("intake", "0001_initial")]
    operations = [
        GuardAppendOnly("intake_importrun"),
        GuardAppendOnly("intake_importedfile"),
    ]
