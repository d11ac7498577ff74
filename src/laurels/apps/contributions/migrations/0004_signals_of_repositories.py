"""Signals of repositories that were given away or archived."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0003_signal_kinds")]

    operations = [
        migrations.AlterField(
            model_name="signal",
            name="kind",
            field=models.CharField(
                choices=[
                    ("landed", "Landed"),
                    ("reverted", "Reverted"),
                    ("rewritten", "Rewritten"),
                    ("access_lost", "Access Lost"),
                    ("access_gained", "Access Gained"),
                    ("transferred", "Transferred"),
                    ("archived", "Archived"),
                    ("unarchived", "Unarchived"),
                ],
                max_length=20,
            ),
        ),
    ]
