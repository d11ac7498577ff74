"""What a job that reads a person and computes their metrics was asked for, and what it did."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField
from laurels.apps.jobs.models import Job
from laurels.apps.people.models import Contributor

PARTITION_MOST = 80
"""The longest partition key."""


class PersonJob(models.Model):
    """The person of a job, who asked for it, and its runs; the job's row tells how it stands.

    `user_ref` was told to whoever asked; it is a reserved one while GitHub has not said who has
    the login (`contributor` is None then). `sync_run` is the number of a reading in the intake
    room. Runs outlive the job, whatever becomes of it.
    """

    job = models.OneToOneField(Job, models.CASCADE, related_name="person_job")
    user_ref = models.CharField(max_length=32, db_index=True)
    contributor = models.ForeignKey(
        Contributor, models.CASCADE, null=True, related_name="person_jobs"
    )
    asked_by = models.ForeignKey(Contributor, models.SET_NULL, null=True, related_name="+")
    triggered_by = models.CharField(max_length=30)
    partition_key = models.CharField(max_length=PARTITION_MOST, default="")
    since = InstantField(null=True)
    until = InstantField(null=True)
    backfill_days = models.PositiveIntegerField(null=True)
    sync_run = models.BigIntegerField(null=True)
    metric_run = models.ForeignKey(
        "metrics.MetricRun", models.SET_NULL, null=True, related_name="+"
    )

    def __str__(self) -> str:
        return f"{self.triggered_by} of job {self.job_id}"
