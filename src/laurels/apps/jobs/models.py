"""Work that outlives a request. The row is the truth; the bell only says that there is one."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class JobState(models.TextChoices):
    """Where a job stands."""

    PENDING = "pending"
    RUNNING = "running"
    DONE = "done"
    DEAD = "dead"
    SKIPPED = "skipped"


class Job(models.Model):
    """One piece of work: ids only in its arguments, claimed by compare-and-set under a lease."""

    kind = models.CharField(max_length=60)
    arguments = models.TextField(default="{}")
    dedupe_key = models.CharField(max_length=200, null=True)
    state = models.CharField(max_length=10, choices=JobState, default=JobState.PENDING)
    attempts = models.PositiveIntegerField(default=0)
    run_after = InstantField(default=0)
    lease_until = InstantField(null=True)
    lease_token = models.CharField(max_length=32, null=True)
    last_error = models.TextField(default="")
    progress = models.TextField(default="")
    result = models.TextField(default="")
    created_at = InstantField()
    started_at = InstantField(null=True)
    finished_at = InstantField(null=True)

    class Meta:
        """One open job a dedupe key; the worker's and the sweep's look-ups are indexed."""

        constraints = [
            models.UniqueConstraint(
                fields=["dedupe_key"],
                condition=models.Q(state__in=["pending", "running"]),
                name="jobs_one_open_per_dedupe_key",
            )
        ]
        indexes = [models.Index(fields=["state", "run_after"], name="jobs_due")]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"


class Schedule(models.Model):
    """When a repeating job is next due."""

    name = models.CharField(max_length=60, unique=True)
    every_seconds = models.PositiveIntegerField()
    next_at = InstantField()

    def __str__(self) -> str:
        return self.name
