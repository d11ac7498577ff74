"""What pages and commands list of items, versions and seasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
from django.db.models import F

from laurels.apps import sql
from laurels.apps.scoring.models import RulesetVersion, Season
from laurels.apps.scoring.rulebook import Rulebook, rulebook
from laurels.apps.scoring.selectors.explain import full_steps
from laurels.domain.appraisal import Step
from laurels.domain.phrases import sentence


class SeasonNotFound(Exception):
    """There is no season of this key."""

    status_code = 404
    code = "season_not_found"


def seasons() -> list[Season]:
    """Return all seasons: the unbounded one, then by start."""
    return list(Season.objects.order_by(F("starts_at").asc(nulls_first=True), "key"))


def season_get(key: str) -> Season:
    """Return a season; raises SeasonNotFound naming those there are."""
    found = Season.objects.filter(key=key).first()
    if found is None:
        keys = ", ".join(one.key for one in seasons()) or "none yet"
        raise SeasonNotFound(f"There is no season {key!r}; there are: {keys}.")
    return found


def versions() -> list[RulesetVersion]:
    """Return the published ruleset versions, newest first, with their projects."""
    return list(RulesetVersion.objects.select_related("project").order_by("-published_at", "-pk"))


def dirty_group(limit: int) -> tuple[list[int], list[int]]:
    """Return up to `limit` marked people, lowest first, and the marks that name them."""
    people = [
        row[0]
        for row in sql.fetch(
            "SELECT DISTINCT contributor_id FROM scoring_dirtymark"
            " ORDER BY contributor_id LIMIT %s",
            [limit],
        )
    ]
    if not people:
        return [], []
    marks = sql.fetch(
        "SELECT id FROM scoring_dirtymark WHERE contributor_id BETWEEN %s AND %s",
        [people[0], people[-1]],
    )
    return people, [row[0] for row in marks]


def dirty_count() -> int:
    """Return how many people wait to be settled."""
    count: int = sql.fetch("SELECT COUNT(DISTINCT contributor_id) FROM scoring_dirtymark")[0][0]
    return count


class _Row(msgspec.Struct, array_like=True, gc=False):
    contribution: int
    kind: str
    repository: str
    number: int
    title: str | None
    project: int | None
    scope: int
    occurred_at: int
    settles_at: int
    is_settled: bool
    version: int
    posted: int
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


_ITEMS = """
SELECT t.contribution_id, t.kind, r.full_name, t.number, COALESCE(p.title, i.title), t.project_id,
       t.scope, t.occurred_at, t.settles_at, t.is_settled, t.version_id,
       t.posted_base + t.posted_extra - t.posted_penalty, x.body, t.is_eligible, t.reason,
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
ORDER BY t.occurred_at DESC, t.kind, t.repository_github_id, t.number
"""


@dataclass(frozen=True, slots=True)
class PersonItem:
    """One contribution of a person as people read it.

    `points` is what it is worth now; `posted` what of that stands in the ledger. It is pending
    while it is neither settled nor held; `settles_at` is None once it is settled.
    """

    kind: str
    subject: str
    title: str
    points: int
    posted: int
    sentence: str
    steps: tuple[Step, ...]
    occurred_at: int
    settles_at: int | None
    is_held: bool
    reason: str
    version: int

    @property
    def pending(self) -> int:
        """Points that will be posted when the item settles."""
        return 0 if self.settles_at is None or self.is_held else self.points


def items_of(
    contributor: int, *, limit: int | None = None, offset: int = 0, book: Rulebook | None = None
) -> list[PersonItem]:
    """Return a person's contributions under the program's rules, newest first, explained."""
    book = book or rulebook()
    query, parameters = _ITEMS, [contributor]
    if limit is not None:
        query += " LIMIT %s OFFSET %s"
        parameters += [limit, offset]
    return [_person_item(_Row(*row), book) for row in sql.fetch(query, parameters)]


def _person_item(row: _Row, book: Rulebook) -> PersonItem:
    version = book.version(row.version)
    steps = full_steps(row, version.ruleset)
    return PersonItem(
        kind=row.kind,
        subject=f"{row.repository}#{row.number}",
        title=row.title or "",
        points=row.base + row.extra - row.penalty,
        posted=row.posted,
        sentence=sentence(row.kind, steps),
        steps=steps,
        occurred_at=row.occurred_at,
        settles_at=None if row.is_settled else row.settles_at,
        is_held=bool(row.is_held),
        reason=row.reason,
        version=version.number,
    )


@dataclass(frozen=True, slots=True)
class Totals:
    """A person's program totals: settled points, pending points, adjustments among the settled."""

    points: int
    pending: int
    adjustments: int


def totals_of(contributors: Sequence[int]) -> dict[int, Totals]:
    """Return the totals of these people, straight from items and adjustments."""
    where, ids = sql.in_ids("contributor_id", contributors)
    sums = {
        person: (int(posted), int(pending))
        for person, posted, pending in sql.fetch(
            "SELECT contributor_id, SUM(posted_base + posted_extra - posted_penalty),"
            " SUM(CASE WHEN is_settled OR is_held THEN 0 ELSE base + extra - penalty END)"
            f" FROM scoring_item WHERE scope = 0 AND {where} GROUP BY contributor_id",
            ids,
        )
    }
    adjusted = dict(
        sql.fetch(
            "SELECT contributor_id, SUM(points) FROM scoring_ledgerentry"
            f" WHERE contribution_id IS NULL AND {where} GROUP BY contributor_id",
            ids,
        )
    )
    totals = {}
    for person in contributors:
        posted, pending = sums.get(person, (0, 0))
        extra = int(adjusted.get(person, 0))
        totals[person] = Totals(posted + extra, pending, extra)
    return totals
