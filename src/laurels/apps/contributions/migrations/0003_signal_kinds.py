"""Signals of access that an installation of the App was given again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("contributions", "0002_events_and_signals")]

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
                ],
                max_length=20,
            ),
        ),
    ]
