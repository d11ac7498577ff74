"""Populations that people are compared with, and what their metrics were when computed."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField
from laurels.apps.metrics.models_jobs import PersonJob
from laurels.apps.people.models import Contributor
from laurels.domain.percentiles import ID_MOST

__all__ = [
    "ID_MOST",
    "BaselinePin",
    "LoadedBaseline",
    "LoadedThresholds",
    "MetricRecord",
    "MetricRun",
    "PersonJob",
]


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


class MetricRun(models.Model):
    """One computation of one person's metrics; the latest is what is shown, all are the history.

    The window is [window_start, window_end). `inputs_hash` is SHA-256 over everything that values
    and places depend on. `baseline_key` is "" where there was no population. `coverage` holds what
    of the window was read, `languages` the shares, both as JSON. `beside` tells by rule of
    eligibility what stands beside the nine: figures, and how many pull requests counted or were
    left out (empty in runs from before that was kept). A run is never changed.
    """

    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="metric_runs", db_index=False
    )
    computed_at = InstantField()
    triggered_by = models.CharField(max_length=30)
    window_start = InstantField()
    window_end = InstantField()
    baseline_key = models.CharField(max_length=ID_MOST, default="")
    baseline_checksum = models.CharField(max_length=64, default="")
    baseline_starts_on = models.IntegerField(null=True)
    baseline_ends_on = models.IntegerField(null=True)
    baseline_method = models.CharField(max_length=60, default="")
    joined_at = InstantField(null=True)
    profile_until = InstantField(null=True)
    inputs_hash = models.CharField(max_length=64)
    coverage = models.TextField(default="{}")
    languages = models.TextField(default="[]")
    beside = models.TextField(default="{}", db_default="{}")

    class Meta:
        """The latest of a person is found from the index alone."""

        indexes = [models.Index(fields=["contributor", "-id"], name="metrics_runs_of")]


class MetricRecord(models.Model):
    """One metric of a run under one rule of eligibility: the exact value and its tie.

    A value is `numerator` ÷ `denominator` (1 for counts), both null where unknown. `low_tenths` and
    `high_tenths` are the ends of the tie as looked up, not turned: every mode's percentile follows
    from them. They are null where `reason` (a code) says why; `sentence` says it in words.
    """

    run = models.ForeignKey(MetricRun, models.CASCADE, related_name="records", db_index=False)
    eligibility = models.CharField(max_length=12)
    metric = models.CharField(max_length=40)
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    low_tenths = models.SmallIntegerField(null=True)
    high_tenths = models.SmallIntegerField(null=True)
    population = models.BigIntegerField(null=True)
    reason = models.CharField(max_length=30, default="")
    sentence = models.CharField(max_length=300, default="")

    class Meta:
        """One a run, rule and metric."""

        constraints = [
            models.UniqueConstraint(
                fields=["run", "eligibility", "metric"], name="metrics_one_record"
            )
        ]
