"""What appraisal reads of a contribution, and what it answers."""

from __future__ import annotations

from typing import Any

import msgspec

Step = dict[str, Any]
"""One line of an explanation: plain strings and ints, never a name, login or subject."""


class FileStat(msgspec.Struct, frozen=True, gc=False):
    """One changed file with its added and deleted lines."""

    path: str
    additions: int
    deletions: int


class Work(msgspec.Struct, frozen=True, kw_only=True):
    """Every attribute of a contribution that a rule may read; None is unknown, never zero.

    Instants are seconds since 1970 UTC. `state` is `open`, `closed` or `merged` of the pull
    request (or issue); `ratings` are (rater id, score 1 to 5); `level_labelled_by` tells who set a
    label, by its exact name; `seasons` are the keys of the bounded seasons around `occurred_at`;
    `is_void` is a person's void mark; `exclusion` a reason from outside the rules: `withdrawn`,
    `banned`, `repository_disabled` or `project_archived`.
    """

    kind: str
    occurred_at: int
    opened_at: int | None = None
    merged_at: int | None = None
    closed_at: int | None = None
    state: str | None = None
    is_approved: bool = False
    title: str | None = None
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None
    files: tuple[FileStat, ...] | None = None
    labels: tuple[str, ...] | None = None
    draft: bool | None = None
    association: str | None = None
    is_bot: bool = False
    is_own_repository: bool | None = None
    is_self_merged: bool | None = None
    is_reviewed_by_other: bool = False
    is_fork: bool | None = None
    is_private: bool | None = None
    topics: tuple[str, ...] | None = None
    ratings: tuple[tuple[int, int], ...] = ()
    level_labelled_by: tuple[tuple[str, int], ...] = ()
    seasons: tuple[str, ...] = ()
    is_void: bool = False
    exclusion: str | None = None


class Appraisal(msgspec.Struct, frozen=True):
    """What one contribution is worth by itself, before any limit.

    `value_milli` and `factor_part_milli` (weight, level and factors alone) are thousandths of a
    point, never below zero; `penalty_points` are whole points to take, never below zero.
    `is_void` counts the pull request as voided (only its `pr_opened` carries it). `moved_by` is
    the one maintainer whose ratings or level label moved the value up, by `moved_milli`.
    """

    is_eligible: bool
    reason: str | None
    value_milli: int
    factor_part_milli: int
    penalty_points: int
    is_void: bool
    moved_by: int | None
    moved_milli: int
    steps: tuple[Step, ...]
