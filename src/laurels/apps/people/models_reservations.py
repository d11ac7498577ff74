"""Logins kept for a person whose numeric id at GitHub is not known yet."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class LoginReservation(models.Model):
    """A login that is to become the person `ref` when GitHub has confirmed it, until `expires_at`.

    Confirmed, it leads to that person for good: to the new one of this `ref`, or to whoever was
    known already under the id that GitHub gave.
    """

    ref = models.CharField(max_length=32, unique=True)
    login = models.CharField(max_length=39)
    login_key = models.CharField(max_length=39, db_index=True)
    reserved_at = InstantField()
    reserved_by = models.CharField(max_length=100)
    expires_at = InstantField()
    contributor = models.ForeignKey(
        "people.Contributor", models.CASCADE, null=True, related_name="reservations"
    )

    class Meta:
        """One open reservation a login."""

        constraints = [
            models.UniqueConstraint(
                fields=["login_key"],
                condition=models.Q(contributor=None),
                name="people_one_open_reservation",
            )
        ]
