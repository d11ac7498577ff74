"""Boards, the rows on them, and the counts that make a rank cheap.

All of it is derived and can be rebuilt, so its rows carry no foreign keys in the database: checking
two keys a row costs PostgreSQL more than writing the row.
"""

from __future__ import annotations

from django.db import models

from laurels.apps.fields import InstantField
from laurels.apps.people.models import Contributor


class ScopeKind(models.TextChoices):
    """What a board covers."""

    PROGRAM = "program"
    PROJECT = "project"
    TAG = "tag"


class PeriodKind(models.TextChoices):
    """Over which time."""

    SEASON = "season"
    MONTH = "month"


class Board(models.Model):
    """One leaderboard: scope (program: ref 0, project or tag id) × period (season id or yyyymm).

    The id is a function of the four columns (`boards.board_id`), so that a statement that writes
    standings computes it and looks nothing up.
    """

    id = models.BigIntegerField(primary_key=True)
    scope_kind = models.CharField(max_length=10, choices=ScopeKind)
    scope_ref = models.BigIntegerField()
    period_kind = models.CharField(max_length=10, choices=PeriodKind)
    period_ref = models.BigIntegerField()

    class Meta:
        """One row a board."""

        constraints = [
            models.UniqueConstraint(
                fields=["scope_kind", "scope_ref", "period_kind", "period_ref"],
                name="standings_one_board",
            )
        ]


class Standing(models.Model):
    """A contributor on a board: settled points, what is pending, and the order inside ties.

    `is_ranked` is false for people without points, with a running ban, or disqualified.
    """

    board = models.ForeignKey(
        Board, models.CASCADE, related_name="standings", db_index=False, db_constraint=False
    )
    contributor = models.ForeignKey(
        Contributor,
        models.CASCADE,
        related_name="standings",
        db_index=False,
        db_constraint=False,
    )
    points = models.BigIntegerField()
    pending = models.BigIntegerField(default=0)
    reached_at = InstantField(default=0)
    login = models.CharField(max_length=100)
    is_ranked = models.BooleanField()

    class Meta:
        """A person's rows lie together; pages are keyed on the stored order of a board."""

        constraints = [
            models.UniqueConstraint(fields=["contributor", "board"], name="standings_one_standing")
        ]
        indexes = [
            models.Index(
                "board_id",
                models.F("points").desc(),
                "reached_at",
                "login",
                condition=models.Q(is_ranked=True),
                name="standings_order",
            )
        ]


class PointsCount(models.Model):
    """How many ranked people of a board have exactly these points; zero until the daily sweep."""

    board = models.ForeignKey(
        Board, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    points = models.BigIntegerField()
    people = models.BigIntegerField()

    class Meta:
        """One row a total."""

        constraints = [
            models.UniqueConstraint(fields=["board", "points"], name="standings_one_count")
        ]


class PointsBucket(models.Model):
    """How many ranked people of a board have points // 256 equal to `bucket`."""

    board = models.ForeignKey(
        Board, models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )
    bucket = models.BigIntegerField()
    people = models.BigIntegerField()

    class Meta:
        """One row a bucket."""

        constraints = [
            models.UniqueConstraint(fields=["board", "bucket"], name="standings_one_bucket")
        ]


class Snapshot(models.Model):
    """A person's points and rank on a board on a day (yyyymmdd, UTC); written when either changed.

    `rank` is null from the day on which the person no longer stood on the board.
    """

    on = models.IntegerField()
    board = models.ForeignKey(
        Board, models.CASCADE, related_name="snapshots", db_index=False, db_constraint=False
    )
    contributor = models.ForeignKey(
        Contributor, models.CASCADE, related_name="snapshots", db_constraint=False
    )
    points = models.BigIntegerField()
    rank = models.BigIntegerField(null=True)

    class Meta:
        """One a day."""

        constraints = [
            models.UniqueConstraint(
                fields=["board", "contributor", "on"], name="standings_one_snapshot"
            )
        ]
