"""Name sets of rows as people do; the database does not change."""

from django.db import migrations


class Migration(migrations.Migration):
    """Words alone."""

    dependencies = [("people", "0002_access")]
    operations = [
        migrations.AlterModelOptions("alias", {"verbose_name_plural": "aliases"}),
    ]
