"""Facts from GitHub, facts that people make here, and the contributions derived from both."""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project, Repository


class Subject(models.Model):
    """What pull requests and issues share. `fold` is the state that new facts are joined to.

    `version` grows with each write, which is made only over the version that was read.
    `changed_at` is the latest time of anything that can move points (opening, merge, close,
    reopening, label); comments do not count. Labels are JSON, null where never seen.
    """

    repository = models.ForeignKey(Repository, models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    fold = models.BinaryField()
    version = models.BigIntegerField(default=1)
    is_shown = models.BooleanField()
    author = models.ForeignKey(Contributor, models.SET_NULL, null=True, related_name="+")
    title = models.TextField(default="")
    state = models.CharField(max_length=10, default="")
    created_at = InstantField(null=True)
    closed_at = InstantField(null=True)
    updated_at = InstantField(null=True)
    changed_at = InstantField(null=True)
    labels = models.TextField(null=True)
    labelled_by = models.TextField(default="[]")
    is_gone = models.BooleanField(default=False)

    class Meta:
        """Abstract: two tables."""

        abstract = True

    def __str__(self) -> str:
        return f"{self.repository_id}#{self.number}"


class PullRequest(Subject):
    """A pull request as the fold of all facts about it; hidden until an event shows it."""

    draft = models.BooleanField(null=True)
    merged_at = InstantField(null=True)
    merged_by = models.ForeignKey(Contributor, models.SET_NULL, null=True, related_name="+")
    additions = models.BigIntegerField(null=True)
    deletions = models.BigIntegerField(null=True)
    changed_files = models.BigIntegerField(null=True)
    files = models.TextField(null=True)
    association = models.CharField(max_length=30, default="")
    lifecycle = models.CharField(max_length=20, db_default="")

    class Meta:
        """One row a number."""

        constraints = [
            models.UniqueConstraint(
                fields=["repository", "number"], name="contributions_one_pull_request"
            )
        ]


class Issue(Subject):
    """An issue as the fold of all facts about it; `state_reason` is `unknown` when never told."""

    state_reason = models.CharField(max_length=30, default="unknown")

    class Meta:
        """One row a number."""

        constraints = [
            models.UniqueConstraint(fields=["repository", "number"], name="contributions_one_issue")
        ]


class Review(models.Model):
    """A submitted GitHub review; the latest state of it."""

    pull_request = models.ForeignKey(
        PullRequest, models.CASCADE, related_name="reviews", db_index=False
    )
    github_id = models.BigIntegerField()
    reviewer = models.ForeignKey(Contributor, models.SET_NULL, null=True, related_name="+")
    state = models.CharField(max_length=20)
    submitted_at = InstantField()
    association = models.CharField(max_length=30, default="")

    class Meta:
        """One row a review."""

        constraints = [
            models.UniqueConstraint(
                fields=["pull_request", "github_id"], name="contributions_one_review"
            )
        ]


class Attention(models.Model):
    """Somebody commented on or reviewed a pull request."""

    pull_request = models.ForeignKey(
        PullRequest, models.CASCADE, related_name="attention", db_index=False
    )
    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="+")

    class Meta:
        """Once a person and pull request."""

        constraints = [
            models.UniqueConstraint(
                fields=["pull_request", "contributor"], name="contributions_one_attention"
            )
        ]


class Verdict(models.Model):
    """A maintainer's decision in Laurels; the latest of each maintainer is the current one."""

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="verdicts")
    maintainer = models.ForeignKey(Contributor, models.CASCADE, related_name="+")
    decision = models.CharField(max_length=20)
    at = InstantField()


class Rating(models.Model):
    """A maintainer's 1 to 5 for a pull request; one current row each."""

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="ratings")
    maintainer = models.ForeignKey(Contributor, models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()
    at = InstantField()

    class Meta:
        """One a maintainer and pull request."""

        constraints = [
            models.UniqueConstraint(
                fields=["pull_request", "maintainer"], name="contributions_one_rating"
            )
        ]


class VoidMark(models.Model):
    """A person decided that a pull request counts for nothing; lifted when `lifted_at` is set."""

    pull_request = models.ForeignKey(PullRequest, models.CASCADE, related_name="void_marks")
    reason = models.CharField(max_length=500)
    at = InstantField()
    lifted_at = InstantField(null=True)


class Transition(models.Model):
    """A change of a pull request's lifecycle state, replayed from facts and verdicts."""

    pull_request = models.ForeignKey(
        PullRequest, models.CASCADE, related_name="transitions", db_index=False
    )
    position = models.PositiveIntegerField()
    from_state = models.CharField(max_length=20, default="")
    to_state = models.CharField(max_length=20)
    at = InstantField(null=True)
    actor = models.ForeignKey(Contributor, models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=10)

    class Meta:
        """In the order they happened."""

        constraints = [
            models.UniqueConstraint(
                fields=["pull_request", "position"], name="contributions_one_transition"
            )
        ]


class Contribution(models.Model):
    """One scored fact. Withdrawn when its subject vanishes, never deleted.

    `revision` grows whenever anything changes that appraisal may read; an item appraised at an
    older revision is stale. Scoring never writes here, so facts and settles lock different rows.
    """

    ref = models.CharField(max_length=32, unique=True)
    kind = models.CharField(max_length=20)
    repository = models.ForeignKey(Repository, models.CASCADE, db_index=False)
    number = models.BigIntegerField()
    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="contributions", db_index=False
    )
    project = models.ForeignKey(
        Project, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    pull_request = models.ForeignKey(
        PullRequest, models.CASCADE, null=True, related_name="contributions"
    )
    issue = models.ForeignKey(Issue, models.CASCADE, null=True, related_name="contributions")
    occurred_at = InstantField()
    opened_at = InstantField(null=True)
    is_withdrawn = models.BooleanField(default=False)
    revision = models.BigIntegerField(default=1)

    class Meta:
        """The natural key of spec/scoring.md §1."""

        constraints = [
            models.UniqueConstraint(
                fields=["repository", "number", "kind", "contributor"],
                name="contributions_natural_key",
            )
        ]
        indexes = [
            # A settle finds what is stale from here alone.
            models.Index(fields=["contributor", "id", "revision"], name="contributions_of_person")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.repository_id}#{self.number}"
