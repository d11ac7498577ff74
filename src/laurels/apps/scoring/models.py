"""Ruleset versions, what each contribution is worth, and the ledger of what was posted."""

from __future__ import annotations

from typing import Any

from django.db import models

from laurels.apps.append_only import AppendOnlyModel
from laurels.apps.contributions.models import Contribution
from laurels.apps.fields import InstantField, PlaceField
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project


class Season(models.Model):
    """A dated edition of the program, [starts_at, ends_at); `all` has no bounds."""

    key = models.CharField(max_length=60, unique=True)
    label = models.CharField(max_length=120)
    starts_at = InstantField(null=True)
    ends_at = InstantField(null=True)

    def __str__(self) -> str:
        return self.label


class RulesetVersion(AppendOnlyModel):
    """Published rules; they hold for work opened at or after `effective_from`."""

    project = models.ForeignKey(Project, models.PROTECT, null=True, related_name="rulesets")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    effective_from = InstantField()
    published_at = InstantField()
    published_by = models.CharField(max_length=100)

    class Meta:
        """Numbered in order, apart for the program and each project."""

        constraints = [
            models.UniqueConstraint(fields=["project", "number"], name="scoring_version_number"),
            models.UniqueConstraint(
                fields=["number"],
                condition=models.Q(project=None),
                name="scoring_program_version_number",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} v{self.number}"


class Explanation(models.Model):
    """The steps behind an amount, stored once for everybody they are equal for.

    Keyed by the digest that ledger entries carry; holds numbers and rule words only.
    """

    digest = models.CharField(max_length=64, unique=True)
    body = models.TextField()


def _certain(to: type[models.Model], gone: Any, **more: Any) -> Any:
    """Make a reference to a row that appraisal has just read and that nobody may delete.

    The engine would look each up once more, a seventh of a first recalculation.
    """
    return models.ForeignKey(
        to, gone, related_name="+", db_index=False, db_constraint=False, **more
    )


def _difference() -> models.Case:
    """Tell where the third layer of an item may lag behind the second.

    What is settled and not held stands for its amount, everything else for nothing; what stands
    was posted at the contribution's time and under its version.
    """
    q, f = models.Q, models.F
    posted = ~(q(posted_base=0) & q(posted_extra=0) & q(posted_penalty=0))
    as_posted = (
        q(posted_base=f("base")) & q(posted_extra=f("extra")) & q(posted_penalty=f("penalty"))
    )
    as_dated = q(posted_occurred_at=f("occurred_at")) & q(posted_version=f("version"))
    return models.Case(
        models.When(q(is_settled=False) | q(is_held=True), then=posted),
        models.When(as_posted, then=posted & ~as_dated),
        default=True,
    )


class Item(models.Model):
    """What one contribution is worth on one scope, and what of that is posted.

    Three layers, each redone only when the one before changed: appraisal (`value_milli` and
    steps), limits (`after_…`, `base`, `extra`, `penalty`), posting (`posted_…`). `scope` is 0 for
    the program, else the id of the project whose own ruleset made this second line.
    """

    contribution = models.ForeignKey(
        Contribution, models.CASCADE, related_name="items", db_index=False
    )
    scope = models.BigIntegerField(default=0)
    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="items", db_index=False
    )
    appraised_revision = models.BigIntegerField()
    version = _certain(RulesetVersion, models.PROTECT)
    kind = models.CharField(max_length=20)
    repository_github_id = models.BigIntegerField()
    number = models.BigIntegerField()
    occurred_at = InstantField()
    day = models.IntegerField()
    month = models.IntegerField()
    season = _certain(Season, models.PROTECT)
    project = _certain(Project, models.SET_NULL, null=True)
    is_on_project_board = models.BooleanField(default=True)

    is_eligible = models.BooleanField()
    reason = models.CharField(max_length=60, default="")
    value_milli = models.BigIntegerField()
    factor_part_milli = models.BigIntegerField()
    appraised_penalty = models.BigIntegerField(default=0)
    is_void = models.BooleanField(default=False)
    moved_by = models.BigIntegerField(null=True)
    moved_milli = models.BigIntegerField(default=0)
    steps = _certain(Explanation, models.PROTECT)
    settles_at = InstantField()

    after_share_milli = models.BigIntegerField(default=0)
    after_pr_cap_milli = models.BigIntegerField(default=0)
    decay_rank = models.BigIntegerField(default=0)
    after_decay_milli = models.BigIntegerField(default=0)
    after_day_milli = models.BigIntegerField(default=0)
    after_month_milli = models.BigIntegerField(default=0)
    is_held = models.BooleanField(default=False)
    is_disqualified = models.BooleanField(default=False)
    base = models.BigIntegerField(default=0)
    extra = models.BigIntegerField(default=0)
    penalty = models.BigIntegerField(default=0)

    is_settled = models.BooleanField(default=False)
    posted_base = models.BigIntegerField(db_default=0)
    posted_extra = models.BigIntegerField(db_default=0)
    posted_penalty = models.BigIntegerField(db_default=0)
    base_entry = models.BigIntegerField(null=True)
    extra_entry = models.BigIntegerField(null=True)
    penalty_entry = models.BigIntegerField(null=True)
    base_generation = models.IntegerField(db_default=0)
    extra_generation = models.IntegerField(db_default=0)
    penalty_generation = models.IntegerField(db_default=0)
    posted_occurred_at = InstantField(null=True)
    posted_version = models.BigIntegerField(null=True)
    is_different = models.GeneratedField(
        expression=_difference(), output_field=models.BooleanField(), db_persist=True
    )

    class Meta:
        """One line a contribution and scope; a person's lines are read together.

        Two indexes let a settle find what is stale and what is to be posted without the rows.
        """

        constraints = [
            models.UniqueConstraint(fields=["contribution", "scope"], name="scoring_one_item")
        ]
        indexes = [
            models.Index(
                fields=["contributor", "scope", "contribution", "appraised_revision"],
                name="scoring_item_state",
            ),
            models.Index(
                fields=["contributor"],
                condition=models.Q(is_different=True),
                name="scoring_item_different",
            ),
            models.Index(
                fields=["settles_at"],
                condition=models.Q(is_settled=False),
                name="scoring_item_due",
            ),
        ]


class DirtyMark(models.Model):
    """A person whose facts or rules changed and who has not been settled since.

    Inserted only, and removed by the settle that read it: two transactions never wait for each
    other here, and a mark made while a settle runs survives it.
    """

    contributor = models.ForeignKey(Contributor, models.CASCADE, related_name="+")


class ChainHead(models.Model):
    """The one row whose lock makes settles serial; holds the end of the chain."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=64, default="0" * 64)


class LedgerEntry(AppendOnlyModel):
    """One line of the journal of differences. The primary key is the place in the chain.

    The hash covers everything but `contributor`, `contribution` and `hash`, and so no name, login,
    subject or text.
    """

    id = PlaceField(primary_key=True)
    contributor = models.ForeignKey(Contributor, models.PROTECT, related_name="entries")
    contribution = models.ForeignKey(
        Contribution, models.PROTECT, null=True, related_name="entries", db_index=False
    )
    contributor_ref = models.CharField(max_length=32)
    contribution_ref = models.CharField(max_length=32, default="")
    scope = models.CharField(max_length=60)
    season = models.CharField(max_length=60)
    project_ref = models.CharField(max_length=32, default="")
    component = models.CharField(max_length=10)
    kind = models.CharField(max_length=12)
    points = models.BigIntegerField()
    occurred_at = InstantField()
    posted_at = InstantField()
    ruleset_hash = models.CharField(max_length=64, default="")
    generation = models.IntegerField()
    is_reversal = models.BooleanField(default=False)
    reverses = models.BigIntegerField(null=True, unique=True)
    source = models.CharField(max_length=100)
    explanation_digest = models.CharField(max_length=64, default="")
    idempotency_key = models.CharField(max_length=100, null=True, unique=True)
    previous_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        """Each posting once, whatever is replayed."""

        constraints = [
            models.UniqueConstraint(
                fields=["contribution", "scope", "component", "generation", "is_reversal"],
                name="scoring_posted_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["contributor"],
                condition=models.Q(kind="ADJUSTMENT"),
                name="scoring_entry_adjustment",
            )
        ]
        verbose_name_plural = "ledger entries"
        ordering = ["id"]


class LedgerCheckpoint(AppendOnlyModel):
    """A signed head of the ledger, as it was told outside; `line` is all of it."""

    sequence = models.BigIntegerField()
    line = models.TextField()
    made_at = InstantField()

    def __str__(self) -> str:
        return f"entry {self.sequence}"


class CheckpointTold(AppendOnlyModel):
    """A place outside (`file`, `http`, `mail`) has taken a checkpoint."""

    checkpoint = models.ForeignKey(LedgerCheckpoint, models.PROTECT, related_name="told")
    place = models.CharField(max_length=10)
    told_at = InstantField()

    class Meta:
        """Once a place."""

        constraints = [
            models.UniqueConstraint(fields=["checkpoint", "place"], name="scoring_told_once")
        ]
