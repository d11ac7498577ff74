"""Populations that people are compared with, as their files told them, and which one is pinned."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField

ID_MOST = 80
"""The longest id of a baseline."""


class LoadedBaseline(models.Model):
    """A baseline by its id (`key`). Days are yyyymmdd, both included.

    `checksum` is the SHA-256 of the file it came from, `content` that of our own CSV of what was
    stored; so that a changed row is found whatever the file looked like. `population` counts its
    people, null where nobody told. `loads` grows with each load, so that processes see a new one.
    """

    key = models.CharField(max_length=ID_MOST, unique=True)
    starts_on = models.IntegerField()
    ends_on = models.IntegerField()
    method = models.CharField(max_length=60)
    checksum = models.CharField(max_length=64)
    content = models.CharField(max_length=64)
    population = models.BigIntegerField(null=True)
    loads = models.BigIntegerField(default=1)
    loaded_at = InstantField()
    loaded_by = models.CharField(max_length=100)

    def __str__(self) -> str:
        return self.key


class LoadedThresholds(models.Model):
    """The thresholds of one metric, lowest percentile first, with spaces between, as texts.

    Texts stay what the file has: no database rounds them. `population` counts the people with a
    value of this metric, null where nobody told.
    """

    baseline = models.ForeignKey(
        LoadedBaseline, models.CASCADE, related_name="thresholds", db_index=False
    )
    metric = models.CharField(max_length=40)
    population = models.BigIntegerField(null=True)
    texts = models.TextField()

    class Meta:
        """One row a metric."""

        verbose_name_plural = "thresholds"
        constraints = [
            models.UniqueConstraint(fields=["baseline", "metric"], name="metrics_one_metric")
        ]


class BaselinePin(models.Model):
    """The baseline that was chosen by hand; at most one."""

    slot = models.PositiveSmallIntegerField(default=1, unique=True)
    baseline = models.ForeignKey(LoadedBaseline, models.PROTECT, related_name="+")
    pinned_at = InstantField()
    pinned_by = models.CharField(max_length=100)
