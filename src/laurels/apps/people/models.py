"""Contributors by GitHub's numeric id, their logins over time, bans and erasure."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from laurels.apps.fields import InstantField
from laurels.apps.people.models_access import (
    GitHubToken,
    PersonalToken,
    RefreshToken,
    SignIn,
    TokenFamily,
    TokenReference,
)
from laurels.apps.people.models_reservations import LoginReservation

__all__ = [
    "Alias",
    "Ban",
    "Contributor",
    "GitHubToken",
    "LoginReservation",
    "PersonalToken",
    "RefreshToken",
    "SignIn",
    "TokenFamily",
    "TokenReference",
    "Tombstone",
    "TombstoneLogin",
]


class Contributor(models.Model):
    """A GitHub account that did something here; a ghost until it signs in (`claimed_at`).

    `ref` is random and is all that the ledger's hashes know of the person, so that erasing the
    identity leaves the chain whole. `user` is Django's row for who signed in; `session_version`
    grows when all sessions and tokens must end at once. `closed_at`: they closed their account,
    until they sign in again.
    """

    ref = models.CharField(max_length=32, unique=True)
    github_id = models.BigIntegerField(unique=True, null=True)
    login = models.CharField(max_length=100)
    login_key = models.CharField(max_length=100, db_index=True)
    login_seen_at = InstantField(default=0)
    kind = models.CharField(max_length=20, default="")
    is_bot = models.BooleanField(default=False)
    first_seen_at = InstantField()
    claimed_at = InstantField(null=True)
    erased_at = InstantField(null=True)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="contributor"
    )
    session_version = models.IntegerField(default=0, db_default=0)
    is_staff = models.BooleanField(default=False, db_default=False)
    closed_at = InstantField(null=True)

    def __str__(self) -> str:
        return self.login or "erased"


class Alias(models.Model):
    """A login that a contributor has used, so that old links find them.

    Who has had one login only has no row here; who has had several has a row for each, the
    present one included (then `last_seen_at` may lag behind the contributor's `login_seen_at`).
    """

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="aliases")
    login = models.CharField(max_length=100)
    login_key = models.CharField(max_length=100, db_index=True)
    last_seen_at = InstantField()

    class Meta:
        """One row a person and login."""

        verbose_name_plural = "aliases"
        constraints = [
            models.UniqueConstraint(fields=["contributor", "login_key"], name="people_one_alias")
        ]

    def __str__(self) -> str:
        return self.login


class Ban(models.Model):
    """[starts_at, ends_at): nothing done inside it earns, and the person holds no rank."""

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="bans")
    starts_at = InstantField()
    ends_at = InstantField(null=True)
    reason = models.CharField(max_length=500)

    class Meta:
        """At most one without an end."""

        constraints = [
            models.UniqueConstraint(
                fields=["contributor"],
                condition=models.Q(ends_at=None),
                name="people_one_open_ban",
            )
        ]


class Tombstone(models.Model):
    """What is kept of an erased account: a keyed hash of its id, so that imports keep it out."""

    github_id_hash = models.CharField(max_length=64, unique=True)
    erased_at = InstantField()


class TombstoneLogin(models.Model):
    """The keyed hash of a login that an erased account had, so that texts can be redacted."""

    tombstone = models.ForeignKey(Tombstone, models.CASCADE, related_name="logins")
    login_hash = models.CharField(max_length=64, db_index=True)
