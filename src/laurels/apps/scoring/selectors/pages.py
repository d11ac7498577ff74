"""What a person's page and the boards show of items: lines, days, weeks, what is pending."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from laurels.apps import sql
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.rulebook import Rulebook
from laurels.apps.scoring.selectors.explain import full_steps
from laurels.domain.appraisal import Step
from laurels.domain.phrases import sentence
from laurels.domain.rulesets import Ruleset
from laurels.kit import cursors

WEEK = 7 * 86_400

_PENDING = "NOT t.is_settled AND NOT t.is_held AND t.base + t.extra - t.penalty <> 0"
_EARNED = "t.base + t.extra - t.penalty <> 0"
SHOWS: dict[str, str] = {
    "all": f"({_EARNED} OR t.reason NOT IN ('not_scored', 'withdrawn'))",
    "points": _EARNED,
    "pending": _PENDING,
    "settled": f"(t.is_settled OR t.is_held) AND {_EARNED}",
    "nothing": f"NOT ({_EARNED}) AND t.reason NOT IN ('not_scored', 'withdrawn')",
}
"""Which lines of a person a list may show: a name and its condition."""

_ORDERS = {
    "newest": "t.occurred_at DESC, t.id DESC",
    "largest": "t.base + t.extra - t.penalty DESC, t.occurred_at, t.id",
}
_LINES = """
SELECT t.id, t.kind, CASE WHEN r.is_private THEN '' ELSE r.full_name END, t.number,
       CASE WHEN r.is_private THEN '' ELSE COALESCE(p.title, i.title, '') END, t.occurred_at,
       b.opened_at, t.settles_at, t.is_settled, t.version_id, x.body, t.is_eligible, t.reason,
       t.value_milli, t.factor_part_milli, t.appraised_penalty, t.moved_milli, t.after_share_milli,
       t.after_pr_cap_milli, t.decay_rank, t.after_decay_milli, t.after_day_milli,
       t.after_month_milli, t.base, t.extra, t.penalty, t.is_held, t.is_disqualified
FROM scoring_item t
JOIN contributions_contribution b ON b.id = t.contribution_id
JOIN projects_repository r ON r.id = b.repository_id
JOIN scoring_explanation x ON x.id = t.steps_id
LEFT JOIN contributions_pullrequest p ON p.id = b.pull_request_id
LEFT JOIN contributions_issue i ON i.id = b.issue_id
WHERE t.contributor_id = %s AND t.scope = 0
"""


class _Row(msgspec.Struct, array_like=True, gc=False):
    pk: int
    kind: str
    repository: str
    number: int
    title: str
    occurred_at: int
    opened_at: int | None
    settles_at: int
    is_settled: bool
    version: int
    steps: str
    is_eligible: bool
    reason: str
    value_milli: int
    factor_part_milli: int
    appraised_penalty: int
    moved_milli: int
    after_share_milli: int
    after_pr_cap_milli: int
    decay_rank: int
    after_decay_milli: int
    after_day_milli: int
    after_month_milli: int
    base: int
    extra: int
    penalty: int
    is_held: bool
    is_disqualified: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One contribution as its person's page tells it.

    `repository` and `title` are empty where the repository is private. `settles_at` is None once
    it is settled or held; `opened_at` decides the rules and is None where it is unknown.
    """

    kind: str
    repository: str
    number: int
    title: str
    points: int
    sentence: str
    steps: tuple[Step, ...]
    occurred_at: int
    opened_at: int | None
    settles_at: int | None
    settled_at: int | None
    is_held: bool
    rules: str
    version: int


@dataclass(frozen=True, slots=True)
class Lines:
    """Some lines; `next` is the cursor of the following ones, empty on the last page."""

    rows: tuple[Line, ...]
    next: str = ""


def lines_of(
    contributor: int,
    book: Rulebook,
    *,
    show: str = "all",
    order: str = "newest",
    after: str = "",
    limit: int | None = 20,
) -> Lines:
    """Return a person's lines under the program's rules, explained; raises InvalidCursor.

    A cursor goes with the order `newest` alone.
    """
    query, parameters = f"{_LINES} AND {SHOWS[show]}", [contributor]
    if after:
        query += " AND (t.occurred_at, t.id) < (%s, %s)"
        parameters += _place(after)
    query += f" ORDER BY {_ORDERS[order]}"
    if limit is not None:
        query += f" LIMIT {int(limit) + 1}"
    found = [_Row(*row) for row in sql.fetch(query, parameters)]
    shown = found if limit is None else found[:limit]
    more = len(found) > len(shown)
    cursor = cursors.encode((shown[-1].occurred_at, shown[-1].pk)) if more else ""
    return Lines(tuple(_line(row, book) for row in shown), cursor)


def _place(after: str) -> list[int]:
    key = cursors.decode(after)
    if [type(part) for part in key] != [int, int]:
        raise cursors.InvalidCursor("this is the cursor of another list")
    return list(key)  # type: ignore[arg-type]


def _line(row: _Row, book: Rulebook) -> Line:
    version = book.version(row.version)
    steps = full_steps(row, version.ruleset)
    waits = not row.is_settled and not row.is_held
    return Line(
        kind=row.kind,
        repository=row.repository,
        number=row.number,
        title=row.title,
        points=row.base + row.extra - row.penalty,
        sentence=sentence(row.kind, steps),
        steps=steps,
        occurred_at=row.occurred_at,
        opened_at=row.opened_at,
        settles_at=row.settles_at if waits else None,
        settled_at=row.settles_at if row.is_settled else None,
        is_held=bool(row.is_held),
        rules=version.name,
        version=version.number,
    )


@dataclass(frozen=True, slots=True)
class Summary:
    """A person's lines in numbers; instants are None where there is no line."""

    pending: int
    settled: int
    nothing: int
    first_at: int | None
    last_at: int | None
    projects: int


_SUMMARY = (
    "SELECT "
    + ", ".join(
        f"CAST(COALESCE(SUM(CASE WHEN {SHOWS[show]} THEN 1 ELSE 0 END), 0) AS BIGINT)"
        for show in ("pending", "settled", "nothing")
    )
    + ", MIN(t.occurred_at), MAX(t.occurred_at), COUNT(DISTINCT t.project_id)"
    " FROM scoring_item t WHERE t.contributor_id = %s AND t.scope = 0 AND t.reason <> 'withdrawn'"
)
_WAITING = (
    "SELECT t.settles_at, CAST(SUM(t.base + t.extra - t.penalty) AS BIGINT), NULL, NULL, NULL, NULL"
    f" FROM scoring_item t WHERE t.contributor_id = %s AND t.scope = 0 AND {_PENDING}"
    " GROUP BY t.settles_at"
)


def summary_of(contributor: int) -> Summary:
    """Count a person's lines in one statement."""
    return Summary(*sql.fetch(_SUMMARY, [contributor])[0])


def summary_and_pending_of(contributor: int) -> tuple[Summary, list[tuple[int, int]]]:
    """Count a person's lines, and tell what they wait for, in one statement.

    The latter is (instant, points) in the order in which it settles.
    """
    rows = sql.fetch(f"{_SUMMARY} UNION ALL {_WAITING}", [contributor, contributor])
    # Only the summary counts projects.
    summary = next(Summary(*row) for row in rows if row[-1] is not None)
    return summary, sorted((at, points) for at, points, *_, projects in rows if projects is None)


@dataclass(frozen=True, slots=True)
class Correction:
    """A ledger line that no contribution stands behind: an adjustment, or one taken back."""

    sequence: int
    kind: str
    points: int
    occurred_at: int
    posted_at: int
    reverses: int | None


def corrections_of(contributor: int, *, limit: int = 50) -> list[Correction]:
    """Return a person's adjustments on the program's boards, the newest first."""
    return [
        Correction(*row)
        for row in sql.fetch(
            "SELECT id, kind, points, occurred_at, posted_at, reverses FROM scoring_ledgerentry"
            " WHERE contributor_id = %s AND contribution_id IS NULL AND scope = 'program'"
            " ORDER BY id DESC LIMIT %s",
            [contributor, limit],
        )
    ]


@dataclass(frozen=True, slots=True)
class Day:
    """A person's day (yyyymmdd, UTC): contributions, those that earned or merged, points."""

    day: int
    count: int
    earned: int
    points: int


def days_of(contributor: int) -> list[Day]:
    """Return every day on which a person contributed, the oldest first, in one statement."""
    return [
        Day(*row)
        for row in sql.fetch(
            "SELECT t.day, COUNT(*), CAST(SUM(CASE WHEN"
            f" {_EARNED} OR t.kind = 'pr_merged' THEN 1 ELSE 0 END) AS BIGINT),"
            " CAST(SUM(t.posted_base + t.posted_extra - t.posted_penalty) AS BIGINT)"
            " FROM scoring_item t WHERE t.contributor_id = %s AND t.scope = 0"
            " AND t.reason <> 'withdrawn' GROUP BY t.day ORDER BY t.day",
            [contributor],
        )
    ]


@dataclass(frozen=True, slots=True)
class Work:
    """What somebody did in a span: merges, reviews, and settled points by week of it."""

    merged: int = 0
    reviews: int = 0
    weeks: dict[int, int] = field(default_factory=dict)


def work_of(
    contributors: Sequence[int],
    *,
    since: int | None,
    until: int,
    weeks_from: int,
    projects: Collection[int] | None = None,
) -> dict[int, Work]:
    """Return the work of these people in [since, until), in these projects, in one statement.

    Weeks count from `weeks_from`; points before it are in no week.
    """
    people, parameters = sql.in_ids("t.contributor_id", contributors)
    where = f"{people} AND t.scope = 0 AND t.occurred_at < %s AND t.reason <> 'withdrawn'"
    parameters = [weeks_from, weeks_from, WEEK, *parameters, until]
    if since is not None:
        where += " AND t.occurred_at >= %s"
        parameters.append(since)
    if projects is not None:
        among, ids = sql.in_ids("t.project_id", projects)
        where, parameters = f"{where} AND {among}", [*parameters, *ids]
    found = {person: Work() for person in contributors}
    for person, kind, week, count, points in _grouped(where, parameters):
        one = found[person]
        weeks = one.weeks
        if week >= 0 and points:
            weeks[week] = weeks.get(week, 0) + points
        found[person] = Work(
            merged=one.merged + (count if kind == "pr_merged" else 0),
            reviews=one.reviews + (count if kind == "review_submitted" else 0),
            weeks=weeks,
        )
    return found


def _grouped(where: str, parameters: list[Any]) -> list[tuple[Any, ...]]:
    return sql.fetch(
        "SELECT t.contributor_id, t.kind,"
        " CASE WHEN t.occurred_at < %s THEN -1 ELSE (t.occurred_at - %s) / %s END,"
        " COUNT(*), CAST(SUM(t.posted_base + t.posted_extra - t.posted_penalty) AS BIGINT)"
        f" FROM scoring_item t WHERE {where} GROUP BY 1, 2, 3",
        parameters,
    )


def season_now(seasons: Sequence[Season], now: int) -> Season | None:
    """Return the season that runs now, the latest begun; else the unbounded one."""
    running = [
        one
        for one in seasons
        if one.starts_at is not None
        and one.starts_at <= now
        and (one.ends_at is None or now < one.ends_at)
    ]
    if running:
        return max(running, key=lambda one: (one.starts_at or 0, one.key))
    return next((one for one in seasons if one.starts_at is None and one.ends_at is None), None)


def tier_season(season: Season, seasons: Sequence[Season], rules: Ruleset) -> Season:
    """Return the season whose tiers are told beside `season`: its own where it certifies."""
    if rules.certifies(season.key):
        return season
    return next((one for one in seasons if one.key == "all"), season)
