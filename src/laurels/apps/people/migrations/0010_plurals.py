"""Name sets of rows as people do; the database does not change."""

from django.db import migrations


class Migration(migrations.Migration):
    """Words alone."""

    dependencies = [("people", "0001_initial")]
    operations = [
        migrations.AlterModelOptions("alias", {"verbose_name_plural": "aliases"}),
    ]
