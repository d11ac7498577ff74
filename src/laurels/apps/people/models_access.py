"""What lets people in: browsers signed in, API tokens, and the tokens they gave us for GitHub.

No secret lies here in the clear: what somebody shows us is kept as a SHA-256 hash (the values are
random, so a plain hash cannot be searched), what we must show to GitHub is sealed by the vault.
"""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class SignIn(models.Model):
    """A browser in which somebody is signed in; the session holds `ref`, and ends with the row.

    `session_version` is the person's at sign-in: once theirs is greater, the sign-in is over.
    """

    contributor = models.ForeignKey("people.Contributor", models.CASCADE, related_name="sign_ins")
    ref_hash = models.CharField(max_length=64, unique=True)
    session_version = models.IntegerField()
    agent = models.CharField(max_length=120, default="")
    created_at = InstantField()
    seen_at = InstantField()
    ended_at = InstantField(null=True)


class TokenFamily(models.Model):
    """All tokens that came from one sign-in to the API; it is revoked as a whole."""

    ref = models.CharField(max_length=32, unique=True)
    contributor = models.ForeignKey("people.Contributor", models.CASCADE, related_name="families")
    sign_in = models.ForeignKey(SignIn, models.CASCADE, null=True, related_name="families")
    session_version = models.IntegerField()
    created_at = InstantField()
    revoked_at = InstantField(null=True)
    revoked_reason = models.CharField(max_length=40, default="")

    class Meta:
        """In words of people."""

        verbose_name_plural = "token families"


class RefreshToken(models.Model):
    """One refresh token; it is exchanged once, and a second attempt revokes its family."""

    family = models.ForeignKey(TokenFamily, models.CASCADE, related_name="refreshes")
    token_hash = models.CharField(max_length=64, unique=True)
    issued_at = InstantField()
    expires_at = InstantField()
    used_at = InstantField(null=True)


class PersonalToken(models.Model):
    """A token that a person made for a program of theirs; shown once, kept as its hash."""

    contributor = models.ForeignKey(
        "people.Contributor", models.CASCADE, related_name="personal_tokens"
    )
    name = models.CharField(max_length=80)
    token_hash = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    scopes = models.CharField(max_length=200)
    created_at = InstantField()
    expires_at = InstantField()
    last_used_at = InstantField(null=True)
    revoked_at = InstantField(null=True)


class GitHubToken(models.Model):
    """A token for GitHub that a person gave us by signing in; at most one of each holds.

    `sealed` opens for the owner `github-token:REF` alone. `fingerprint` is SHA-256(token)[:32],
    under which budgets and cooldowns are kept. `refreshing_until`: somebody asks for the next one.
    """

    contributor = models.ForeignKey(
        "people.Contributor", models.CASCADE, related_name="github_tokens"
    )
    sealed = models.TextField()
    sealed_refresh = models.TextField(default="")
    fingerprint = models.CharField(max_length=32, db_index=True)
    scopes = models.CharField(max_length=200, default="")
    created_at = InstantField()
    expires_at = InstantField(null=True)
    refreshing_until = InstantField(null=True)
    invalidated_at = InstantField(null=True)
    invalidated_reason = models.CharField(max_length=40, default="")

    class Meta:
        """One that holds a person."""

        constraints = [
            models.UniqueConstraint(
                fields=["contributor"],
                condition=models.Q(invalidated_at=None),
                name="people_one_github_token",
            )
        ]


class TokenReference(models.Model):
    """What a job carries instead of a token: it opens until `expires_at`, for one holder at a time.

    The holder that opened it first may open it again (a replay after a crash); another one may
    once the lease is over. `contributor` is None for a token that is nobody's, such as an App's.
    """

    ref = models.CharField(max_length=40, unique=True)
    contributor = models.ForeignKey(
        "people.Contributor", models.CASCADE, null=True, related_name="token_references"
    )
    sealed = models.TextField()
    created_at = InstantField()
    expires_at = InstantField(db_index=True)
    holder = models.CharField(max_length=80, default="")
    lease_until = InstantField(null=True)
