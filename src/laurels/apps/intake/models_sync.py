"""What syncs read of GitHub, how far they came, and what all workers share about tokens.

Rows here are progress, caches and copies of what GitHub shows; points come only from the facts in
laurels.apps.contributions. Keys of tokens are SHA-256(token)[:32], never the token.
"""

from __future__ import annotations

from django.db import models

from laurels.apps.contributions.models import PullRequest
from laurels.apps.fields import InstantField
from laurels.apps.people.models import Contributor


class TokenState(models.Model):
    """A token's cooldown, and whether GitHub knows it no more."""

    key = models.CharField(max_length=32, unique=True)
    cooldown_until = InstantField(default=0)
    invalid_at = InstantField(null=True)
    invalid_reason = models.CharField(max_length=300, default="")


class TokenBudget(models.Model):
    """Points left of one resource of one token until its reset."""

    key = models.CharField(max_length=32)
    resource = models.CharField(max_length=40)
    remaining = models.BigIntegerField()
    reset_at = InstantField()

    class Meta:
        """One row a token and resource."""

        constraints = [
            models.UniqueConstraint(fields=["key", "resource"], name="intake_one_budget")
        ]


class TokenPermit(models.Model):
    """One of a token's permits: held until given back or until its deadline has passed."""

    key = models.CharField(max_length=32)
    slot = models.PositiveSmallIntegerField()
    holder = models.CharField(max_length=32)
    until = InstantField()

    class Meta:
        """One row a token and slot."""

        constraints = [models.UniqueConstraint(fields=["key", "slot"], name="intake_one_permit")]


class SubjectKind(models.TextChoices):
    """What can be synced."""

    REPOSITORY = "repo"
    USER = "user"
    ORGANIZATION = "org"


SYNC_JOB = "sync.subject"
"""The job that reads a subject on from what is covered."""


class SyncSubject(models.Model):
    """Somebody or something that is synced, by GitHub's numeric id; `name` is the latest seen."""

    kind = models.CharField(max_length=4, choices=SubjectKind)
    github_id = models.BigIntegerField()
    name = models.CharField(max_length=240)
    is_refreshed = models.BooleanField(default=True)
    created_at = InstantField()
    synced_at = InstantField(null=True)
    last_error = models.CharField(max_length=300, default="")

    class Meta:
        """One row a thing."""

        constraints = [
            models.UniqueConstraint(fields=["kind", "github_id"], name="intake_one_subject")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"

    @property
    def job_key(self) -> str:
        """Return what tells its job from another subject's."""
        return f"{SYNC_JOB}:{self.pk}"


class SyncCoverage(models.Model):
    """[starts_at, ends_at) of updated time in which everything about a subject was read.

    The rows of one subject neither overlap nor touch.
    """

    subject = models.ForeignKey(
        SyncSubject, models.CASCADE, related_name="coverage", db_index=False
    )
    starts_at = InstantField()
    ends_at = InstantField()

    class Meta:
        """In order."""

        constraints = [
            models.UniqueConstraint(fields=["subject", "starts_at"], name="intake_one_coverage")
        ]


class RunState(models.TextChoices):
    """Where a sync stands."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


class SyncRun(models.Model):
    """One sync of one subject over one window, with its checkpoint to go on from.

    `lock` is whoever works on it until `locked_until`; a dead worker's lock frees itself.
    """

    subject = models.ForeignKey(SyncSubject, models.CASCADE, related_name="runs")
    state = models.CharField(max_length=10, choices=RunState, default=RunState.RUNNING)
    window_start = InstantField()
    window_end = InstantField()
    checkpoint = models.TextField(default="{}")
    lock = models.CharField(max_length=32, default="")
    locked_until = InstantField(default=0)
    started_at = InstantField()
    finished_at = InstantField(null=True)
    requests = models.PositiveIntegerField(default=0)
    pull_requests = models.PositiveIntegerField(default=0)
    issues = models.PositiveIntegerField(default=0)
    is_profile_read = models.BooleanField(default=False)
    error = models.CharField(max_length=300, default="")

    class Meta:
        """At most one unfinished run a subject."""

        constraints = [
            models.UniqueConstraint(
                fields=["subject"],
                condition=models.Q(state="running"),
                name="intake_one_running_sync",
            )
        ]


class SyncGap(models.Model):
    """Something that could not be read: where, why, and how much; closed when it was, later."""

    subject = models.ForeignKey(SyncSubject, models.CASCADE, related_name="gaps")
    starts_at = InstantField()
    ends_at = InstantField()
    reason = models.CharField(max_length=30)
    detail = models.CharField(max_length=300, default="")
    expected = models.PositiveIntegerField(null=True)
    received = models.PositiveIntegerField(null=True)
    found_at = InstantField()
    closed_at = InstantField(null=True)

    class Meta:
        """Shown newest first."""

        indexes = [models.Index(fields=["subject", "closed_at"], name="intake_open_gaps")]


class SyncedPull(models.Model):
    """A public pull request of a synced person, in whatever repository; what metrics are made of.

    Keyed by GitHub's node id; `database_id` is GitHub's fullDatabaseId. `is_attended` says whether
    somebody else who is no robot reviewed or commented, None where that could not be told.
    """

    node_id = models.CharField(max_length=120, unique=True)
    database_id = models.BigIntegerField(null=True, unique=True)
    author = models.ForeignKey(Contributor, models.CASCADE, related_name="synced_pulls")
    repository_github_id = models.BigIntegerField()
    number = models.BigIntegerField()
    state = models.CharField(max_length=10)
    is_draft = models.BooleanField()
    created_at = InstantField()
    updated_at = InstantField()
    closed_at = InstantField(null=True)
    merged_at = InstantField(null=True)
    additions = models.BigIntegerField(null=True)
    deletions = models.BigIntegerField(null=True)
    changed_files = models.BigIntegerField(null=True)
    comments = models.PositiveIntegerField()
    reviews = models.PositiveIntegerField()
    is_attended = models.BooleanField(null=True)

    class Meta:
        """Read by author and day."""

        indexes = [models.Index(fields=["author", "created_at"], name="intake_pulls_of")]


class RepositoryLanguages(models.Model):
    """The bytes of each language of a repository, as GitHub counted them when it was read.

    `full_name` and `is_private` are of that reading too: "" and null where they were not told.
    """

    github_id = models.BigIntegerField(unique=True)
    full_name = models.CharField(max_length=240, default="", db_default="")
    is_private = models.BooleanField(null=True)
    total_bytes = models.BigIntegerField()
    languages = models.TextField(default="{}")
    read_at = InstantField()

    class Meta:
        """In words of people."""

        verbose_name_plural = "languages of repositories"


class PersonProfile(models.Model):
    """What GitHub counts of a person over three adjoining years; None where it hides it."""

    contributor = models.OneToOneField(Contributor, models.CASCADE, related_name="profile")
    joined_at = InstantField(null=True)
    window_start = InstantField()
    window_end = InstantField()
    pull_requests = models.PositiveIntegerField(null=True)
    reviews = models.PositiveIntegerField(null=True)
    issues = models.PositiveIntegerField(null=True)
    restricted = models.PositiveIntegerField(default=0)
    read_at = InstantField()


class StaleWatch(models.Model):
    """A pull request that nobody moved: warned, then after the grace marked; never closed.

    A watch ends (`ended_at`) when the pull request moves, closes or merges.
    """

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="stale_watches")
    idle_since = InstantField()
    warned_at = InstantField()
    marked_at = InstantField(null=True)
    ended_at = InstantField(null=True)

    class Meta:
        """At most one that goes on."""

        verbose_name_plural = "stale watches"
        constraints = [
            models.UniqueConstraint(
                fields=["pull_request"],
                condition=models.Q(ended_at=None),
                name="intake_one_open_watch",
            )
        ]


class Outage(models.Model):
    """GitHub did not answer us, from the opening of the circuit until the next answer."""

    slot = models.PositiveSmallIntegerField(default=1)
    begins_at = InstantField()
    ends_at = InstantField(null=True)

    class Meta:
        """At most one that goes on."""

        constraints = [
            models.UniqueConstraint(
                fields=["slot"], condition=models.Q(ends_at=None), name="intake_one_open_outage"
            )
        ]
