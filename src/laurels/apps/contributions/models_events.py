"""What GitHub tells of a repository itself, and hints for maintainers that move no points."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField


class RepositoryEvent(models.Model):
    """GitHub said that this happened to a repository: the basis of when it is disabled by itself.

    `action` is GitHub's own word (`privatized`, `publicized`, `deleted` …). Rows are a set: each
    once, whatever the order they came in.
    """

    repository = models.ForeignKey(
        "projects.Repository", models.CASCADE, related_name="events", db_index=False
    )
    action = models.CharField(max_length=20)
    at = InstantField()

    class Meta:
        """One row a fact."""

        constraints = [
            models.UniqueConstraint(
                fields=["repository", "at", "action"], name="contributions_one_repository_event"
            )
        ]


class SignalKind(models.TextChoices):
    """What a signal says.

    ACCESS_GAINED ends ACCESS_LOST before it, UNARCHIVED ends ARCHIVED; they are shown to nobody.
    """

    LANDED = "landed"
    REVERTED = "reverted"
    REWRITTEN = "rewritten"
    ACCESS_LOST = "access_lost"
    ACCESS_GAINED = "access_gained"
    TRANSFERRED = "transferred"
    ARCHIVED = "archived"
    UNARCHIVED = "unarchived"


class Signal(models.Model):
    """Something that a person should look at; by itself it neither gives nor takes points.

    `key` tells apart signals of one kind (by row ids, commits and times), so that telling twice
    leaves one row. `number` is the pull request meant, where there is one. `detail` is JSON of
    commits and ids, never of people or names.
    """

    kind = models.CharField(max_length=20, choices=SignalKind)
    key = models.CharField(max_length=150)
    repository = models.ForeignKey(
        "projects.Repository", models.CASCADE, null=True, related_name="signals"
    )
    number = models.BigIntegerField(null=True)
    at = InstantField()
    detail = models.TextField(default="{}")
    closed_at = InstantField(null=True)

    class Meta:
        """One row a thing told."""

        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="contributions_one_signal")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
