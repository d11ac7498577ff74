"""Tiers that people reached and the certificates issued for them."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField
from laurels.apps.people.models import Contributor
from laurels.apps.scoring.models import RulesetVersion, Season


class TierStanding(models.Model):
    """A contributor's tier in a season, and the highest one ever reached beside it."""

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="tiers")
    season = models.ForeignKey(Season, models.CASCADE, related_name="+")
    tier = models.CharField(max_length=60, default="")
    highest = models.CharField(max_length=60, default="")
    points = models.BigIntegerField()
    version = models.ForeignKey(RulesetVersion, models.PROTECT, related_name="+")

    class Meta:
        """One a season."""

        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "season"], name="recognition_one_tier_standing"
            )
        ]


class TierChange(models.Model):
    """A contributor went from one tier to another."""

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="tier_changes")
    season = models.ForeignKey(Season, models.CASCADE, related_name="+")
    from_tier = models.CharField(max_length=60, default="")
    to_tier = models.CharField(max_length=60, default="")
    points = models.BigIntegerField()
    version = models.ForeignKey(RulesetVersion, models.PROTECT, related_name="+")
    at = InstantField()


class RequestState(models.TextChoices):
    """Where the making of a certificate stands."""

    QUEUED = "queued"
    ISSUED = "issued"
    REFUSED = "refused"


class CertificateRequest(models.Model):
    """The outbox: a tier was reached and its certificate is to be made.

    Written in the transaction that moved the tier, and kept for ever: the row is what keeps a
    later recalculation from asking for a revoked certificate again.
    """

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="+")
    season = models.ForeignKey(Season, models.PROTECT, related_name="+")
    tier = models.CharField(max_length=60)
    tier_label = models.CharField(max_length=120)
    points = models.BigIntegerField()
    version = models.ForeignKey(RulesetVersion, models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.QUEUED)
    attempts = models.PositiveIntegerField(default=0)
    next_at = InstantField(default=0)
    last_error = models.CharField(max_length=500, default="")
    created_at = InstantField()

    class Meta:
        """One a recipient, season and tier, whatever becomes of it."""

        constraints = [
            models.UniqueConstraint(
                fields=["contributor", "season", "tier"], name="recognition_one_request"
            )
        ]
        indexes = [
            models.Index(
                fields=["next_at", "id"],
                condition=models.Q(state="queued"),
                name="recognition_queued",
            )
        ]


class CertificateState(models.TextChoices):
    """Whether a certificate holds."""

    ACTIVE = "active"
    REVOKED = "revoked"


class Certificate(models.Model):
    """What a person can show. Immutable once issued, but for revocation and reinstatement.

    Name, login, tier, points and summary are as at issue. Any row for (recipient, season, tier),
    revoked ones included, keeps recalculation from issuing that certificate again.
    """

    number = models.CharField(max_length=12, unique=True)
    recipient = models.ForeignKey(Contributor, models.PROTECT, related_name="certificates")
    recipient_name = models.CharField(max_length=200)
    recipient_login = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, default="tier")
    season = models.ForeignKey(Season, models.PROTECT, related_name="+")
    tier = models.CharField(max_length=60)
    tier_label = models.CharField(max_length=120)
    points = models.BigIntegerField()
    summary = models.TextField(default="{}")
    version = models.ForeignKey(RulesetVersion, models.PROTECT, related_name="+")
    issuer = models.CharField(max_length=200)
    issued_at = InstantField()
    provider = models.CharField(max_length=30)
    external_id = models.CharField(max_length=200, default="")
    state = models.CharField(
        max_length=10, choices=CertificateState, default=CertificateState.ACTIVE
    )
    revoked_at = InstantField(null=True)
    revoked_by = models.CharField(max_length=100, default="")
    revoked_reason = models.CharField(max_length=500, default="")
    reinstated_at = InstantField(null=True)
    reinstated_by = models.CharField(max_length=100, default="")
    reinstated_reason = models.CharField(max_length=500, default="")

    class Meta:
        """At most one that holds for a recipient, season and tier."""

        constraints = [
            models.UniqueConstraint(
                fields=["recipient", "season", "tier"],
                condition=models.Q(state="active"),
                name="recognition_one_active_certificate",
            )
        ]
        ordering = ["-issued_at", "number"]

    def __str__(self) -> str:
        return self.number
