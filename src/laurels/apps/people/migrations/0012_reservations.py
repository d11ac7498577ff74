"""Logins that are kept for a person before GitHub has said who they are."""

import django.db.models.deletion
from django.db import migrations, models

import laurels.apps.fields


class Migration(migrations.Migration):
    """One table, empty."""

    dependencies = [("people", "0011_refreshing")]
    operations = [
        migrations.CreateModel(
            name="LoginReservation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ref", models.CharField(max_length=32, unique=True)),
                ("login", models.CharField(max_length=39)),
                ("login_key", models.CharField(db_index=True, max_length=39)),
                ("reserved_at", laurels.apps.fields.InstantField()),
                ("reserved_by", models.CharField(max_length=100)),
                ("expires_at", laurels.apps.fields.InstantField()),
                (
                    "contributor",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reservations",
                        to="people.contributor",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("contributor", None)),
                        fields=("login_key",),
                        name="people_one_open_reservation",
                    )
                ],
            },
        ),
    ]
