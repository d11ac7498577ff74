"""Name sets of rows as people do; the database does not change."""

from django.db import migrations


class Migration(migrations.Migration):
    """Words alone."""

    dependencies = [("projects", "0002_roles_and_registrations")]
    operations = [
        migrations.AlterModelOptions("slughistory", {"verbose_name_plural": "slug histories"}),
        migrations.AlterModelOptions("repository", {"verbose_name_plural": "repositories"}),
    ]
