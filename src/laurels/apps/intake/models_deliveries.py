"""The inbox: what arrived at the webhook door, as it came, and how far it got.

Four tables, because they live differently: a `Delivery` is written once and never changed or
removed; its `DeliveryBody` is never changed, and only the purge removes it, once the delivery has
come to its end (the database refuses anything else); its `DeliveryProgress` moves with the worker;
a `DeliveryAlarm` says, for ever, that something was refused which staff should know.
"""

from __future__ import annotations

from django.db import models

from laurels.apps.append_only import AppendOnlyModel
from laurels.apps.fields import InstantField

LONGEST_WORD = 100
"""Longest GUID and event name that the door takes; GitHub's have 36 and 40 characters."""


class DeliveryState(models.TextChoices):
    """Where a delivery stands; `received` and `failed` are still to be worked."""

    RECEIVED = "received"
    PROCESSED = "processed"
    IGNORED = "ignored"
    FAILED = "failed"
    DEAD = "dead"


OPEN = (DeliveryState.RECEIVED, DeliveryState.FAILED)


class Delivery(AppendOnlyModel):
    """One delivery; its key is (hook, GUID), since one GUID can reach two hooks.

    `hook_id` is 0 where the sender named none. `via` is the GitHub id of the repository whose
    hook's own secret signed it, None where the program's secret did. `headers` is a JSON object of
    those that help to read it; none of them is signed.
    """

    hook_id = models.BigIntegerField()
    guid = models.CharField(max_length=LONGEST_WORD)
    event = models.CharField(max_length=LONGEST_WORD)
    headers = models.TextField(default="{}")
    sha256 = models.CharField(max_length=64)
    size_bytes = models.PositiveIntegerField()
    via = models.BigIntegerField(null=True)
    received_at = InstantField()

    class Meta:
        """The key is what makes a redelivery the same delivery."""

        verbose_name_plural = "deliveries"
        constraints = [
            models.UniqueConstraint(fields=["hook_id", "guid"], name="intake_one_per_hook_and_guid")
        ]

    def __str__(self) -> str:
        return f"{self.event} #{self.pk}"


class DeliveryBody(models.Model):
    """The raw body, until it is purged."""

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, primary_key=True, related_name="body", db_constraint=False
    )
    body = models.BinaryField()

    class Meta:
        """In words of people."""

        verbose_name_plural = "delivery bodies"


class DeliveryProgress(models.Model):
    """How far the worker got; claimed by compare-and-set, attempts counted before the work."""

    delivery = models.OneToOneField(
        Delivery, models.PROTECT, primary_key=True, related_name="progress", db_constraint=False
    )
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.RECEIVED)
    reason = models.CharField(max_length=300, default="")
    action = models.CharField(max_length=100, default="")
    repository = models.BigIntegerField(null=True)
    fingerprint = models.CharField(max_length=64, default="")
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.TextField(default="")
    next_at = InstantField(default=0)
    lease_until = InstantField(default=0)
    lease_token = models.CharField(max_length=32, default="")
    finished_at = InstantField(null=True)

    class Meta:
        """What is still to be worked is found without walking what is done."""

        verbose_name_plural = "progress of deliveries"
        indexes = [
            models.Index(
                fields=["attempts", "delivery"],
                condition=models.Q(state__in=["received", "failed"]),
                name="intake_open_deliveries",
            ),
            models.Index(
                fields=["delivery"], condition=models.Q(state="dead"), name="intake_dead_deliveries"
            ),
        ]


class DeliveryAlarm(AppendOnlyModel):
    """Something refused: another body under a known key, or a body that is not its hook's."""

    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="alarms")
    kind = models.CharField(max_length=40)
    detail = models.CharField(max_length=300)
    sha256 = models.CharField(max_length=64, default="")
    at = InstantField()

    class Meta:
        """The same refusal, repeated, is told once."""

        constraints = [
            models.UniqueConstraint(
                fields=["delivery", "kind", "sha256"], name="intake_one_alarm_of_a_kind"
            )
        ]
