"""The first layer of an item: what a contribution is worth by itself.

Only stale contributions are read (their revision moved since, or they have no item yet), each with
everything that appraisal may look at, in one statement for a whole group of people.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Any

import msgspec

from laurels.apps import sql
from laurels.apps.scoring.models import Explanation, Item
from laurels.apps.scoring.rulebook import Rulebook, Version
from laurels.domain.appraisal import Appraisal, FileStat, Work, appraise, readable
from laurels.kit.canonical import canonical_bytes, sha256_hex
from laurels.kit.fixed import to_points
from laurels.kit.times import day_of

Interval = tuple[int, int | None]
SeasonRow = tuple[int, str, int | None, int | None]
"""(row, key, starts_at, ends_at)."""

_DAY = 86_400
_STALE = """
WITH stale AS MATERIALIZED (
    SELECT b.id FROM contributions_contribution b
    LEFT JOIN scoring_item t ON t.contributor_id = b.contributor_id AND t.scope = 0
                            AND t.contribution_id = b.id AND {also}
    WHERE {where} AND (t.id IS NULL OR t.appraised_revision <> b.revision)
)
SELECT b.id, b.revision, b.kind, b.contributor_id, b.occurred_at, b.opened_at, b.is_withdrawn,
       b.project_id, b.repository_id, b.number, b.pull_request_id,
       r.github_id, r.owner_github_id, r.is_fork, r.is_private, r.topics,
       c.github_id, c.is_bot,
       p.state, p.merged_at, p.closed_at, p.title, p.additions, p.deletions, p.changed_files,
       p.files, p.labels, p.draft, p.association, p.labelled_by, p.changed_at,
       p.author_id, p.merged_by_id,
       i.state, i.closed_at, i.title, i.labels, i.changed_at,
       o.is_settled, o.version_id
FROM stale
JOIN contributions_contribution b ON b.id = stale.id
JOIN projects_repository r ON r.id = b.repository_id
JOIN people_contributor c ON c.id = b.contributor_id
LEFT JOIN contributions_pullrequest p ON p.id = b.pull_request_id
LEFT JOIN contributions_issue i ON i.id = b.issue_id
LEFT JOIN scoring_item o ON o.contribution_id = b.id AND o.scope = 0
"""
_APPROVED, _VOID, _LOOKED_AT, _RATED, _JUDGED = range(5)
_EVIDENCE = f"""
SELECT {_APPROVED}, x.pull_request_id, 0, 0, 0 FROM contributions_contribution x
WHERE x.kind = 'pr_approved' AND NOT x.is_withdrawn AND {{where}}
UNION ALL SELECT {_VOID}, x.pull_request_id, 0, 0, 0 FROM contributions_voidmark x
WHERE x.lifted_at IS NULL AND {{where}}
UNION ALL SELECT {_LOOKED_AT}, x.pull_request_id, 0, 0, 0 FROM contributions_attention x
JOIN contributions_pullrequest p ON p.id = x.pull_request_id
JOIN people_contributor c ON c.id = x.contributor_id
WHERE NOT c.is_bot AND x.contributor_id <> p.author_id AND {{where}}
UNION ALL SELECT {_RATED}, x.pull_request_id, x.maintainer_id, x.score, x.at
FROM contributions_rating x WHERE {{where}}
UNION ALL SELECT {_JUDGED}, x.pull_request_id, 0, 0, MAX(x.at)
FROM contributions_verdict x WHERE {{where}} GROUP BY x.pull_request_id
ORDER BY 1, 2, 3
"""
_BANNED, _DISABLED, _ARCHIVED = range(3)
_INTERVALS = f"""
SELECT {_BANNED}, contributor_id, starts_at, ends_at FROM people_ban WHERE {{where}}
UNION ALL SELECT {_DISABLED}, repository_id, starts_at, ends_at
FROM projects_repositorydisablement
UNION ALL SELECT {_ARCHIVED}, project_id, starts_at, ends_at FROM projects_projectarchival
"""


class _Stale(msgspec.Struct, array_like=True, gc=False):
    """One row of `_STALE`, by name."""

    row: int
    revision: int
    kind: str
    contributor: int
    occurred_at: int
    opened_at: int | None
    is_withdrawn: bool
    project: int | None
    repository: int
    number: int
    pull_request: int | None
    repository_github_id: int
    owner_github_id: int | None
    is_fork: bool | None
    is_private: bool | None
    topics: str | None
    github_id: int | None
    is_bot: bool
    state: str | None
    merged_at: int | None
    closed_at: int | None
    title: str | None
    additions: int | None
    deletions: int | None
    changed_files: int | None
    files: str | None
    labels: str | None
    draft: bool | None
    association: str | None
    labelled_by: str | None
    changed_at: int | None
    author: int | None
    merged_by: int | None
    issue_state: str | None
    issue_closed_at: int | None
    issue_title: str | None
    issue_labels: str | None
    issue_changed_at: int | None
    is_settled: bool | None
    version: int | None


@dataclass(slots=True)
class Surroundings:
    """What appraisal needs beside the rows: sets read once a group."""

    seasons: list[SeasonRow] = field(default_factory=list)
    approved: set[int] = field(default_factory=set)
    void: set[int] = field(default_factory=set)
    looked_at: set[int] = field(default_factory=set)
    ratings: dict[int, list[tuple[int, int]]] = field(default_factory=lambda: defaultdict(list))
    judged_at: dict[int, int] = field(default_factory=dict)
    bans: dict[int, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    disabled: dict[int, list[Interval]] = field(default_factory=lambda: defaultdict(list))
    archived: dict[int, list[Interval]] = field(default_factory=lambda: defaultdict(list))

    @classmethod
    def load(
        cls,
        pull_requests: Collection[int],
        contributors: Collection[int],
        seasons: Sequence[SeasonRow],
    ) -> Surroundings:
        """Read everything for these pull requests and people, in two statements."""
        found = cls(seasons=list(seasons))
        where, ids = sql.in_ids("x.pull_request_id", pull_requests)
        for what, row, maintainer, score, at in sql.fetch(
            _EVIDENCE.format(where=where), ids * _EVIDENCE.count("{where}")
        ):
            if what == _APPROVED:
                found.approved.add(row)
            elif what == _VOID:
                found.void.add(row)
            elif what == _LOOKED_AT:
                found.looked_at.add(row)
            else:
                if what == _RATED:
                    found.ratings[row].append((maintainer, score))
                found.judged_at[row] = max(at, found.judged_at.get(row, 0))
        where, ids = sql.in_ids("contributor_id", contributors)
        for what, row, starts, ends in sql.fetch(_INTERVALS.format(where=where), ids):
            into = {_BANNED: found.bans, _DISABLED: found.disabled, _ARCHIVED: found.archived}
            into[what][row].append((starts, ends))
        return found

    def seasons_at(self, at: int) -> tuple[int, tuple[str, ...]]:
        """Return the season that an entry at `at` is booked in, and all bounded ones around it.

        Booked in the bounded season that began last; in the unbounded one where there is none.
        """
        booked, booked_start, keys = 0, -1, []
        for row, key, starts, ends in self.seasons:
            if starts is None and ends is None:
                booked = booked or row
            elif (starts is None or starts <= at) and (ends is None or at < ends):
                keys.append(key)
                if (starts or 0) > booked_start:
                    booked, booked_start = row, starts or 0
        return booked, tuple(keys)


def _covers(intervals: Iterable[Interval], at: int) -> bool:
    return any(starts <= at and (ends is None or at < ends) for starts, ends in intervals)


@dataclass(slots=True)
class Appraised:
    """Contributions whose items were made or written anew, and who failed and why.

    `people` own them; `versions` are what their items were under and are now.
    """

    created: set[int] = field(default_factory=set)
    rewritten: set[int] = field(default_factory=set)
    people: set[int] = field(default_factory=set)
    versions: set[int] = field(default_factory=set)
    failed: dict[int, str] = field(default_factory=dict)


ITEM_FIELDS = (
    "contribution", "scope", "contributor", "appraised_revision", "version", "kind",
    "repository_github_id", "number", "occurred_at", "day", "month", "season", "project",
    "is_on_project_board", "is_eligible", "reason", "value_milli", "factor_part_milli",
    "appraised_penalty", "is_void", "moved_by", "moved_milli", "steps", "settles_at",
    "is_settled", "after_share_milli", "after_pr_cap_milli", "decay_rank", "after_decay_milli",
    "after_day_milli", "after_month_milli", "is_held", "is_disqualified", "base", "extra",
    "penalty",
)  # fmt: skip


def appraise_group(
    contributors: Sequence[int], book: Rulebook, seasons: Sequence[SeasonRow], *, now: int
) -> Appraised:
    """Appraise the stale contributions of these people and write their items.

    A person for whom appraisal raises is left as they were and named in `failed`.
    """
    where, ids = sql.in_ids("b.contributor_id", contributors)
    also, again = sql.also_in("t.contributor_id", contributors)
    query = _STALE.format(where=where, also=also)
    stale = [_Stale(*row) for row in sql.fetch(query, [*again, *ids])]
    if not stale:
        return Appraised()
    around = Surroundings.load(
        {one.pull_request for one in stale if one.pull_request is not None},
        {one.contributor for one in stale},
        seasons,
    )
    return _Appraiser(book, around, now).run(stale)


class _Appraiser:
    """Turns stale rows into item rows; remembers what equal work was worth."""

    def __init__(self, book: Rulebook, around: Surroundings, now: int) -> None:
        self._book = book
        self._around = around
        self._now = now
        self._digests: dict[str, bytes] = {}
        self._keys: dict[int, Callable[[Work], Any]] = {}
        self._found: dict[tuple[int, Any], tuple[Appraisal, str]] = {}
        self._texts: dict[str, tuple[str, ...]] = {}
        self._days: dict[int, tuple[int, int]] = {}

    def run(self, stale: list[_Stale]) -> Appraised:
        appraised = Appraised()
        rows: list[tuple[int, list[Any], str]] = []
        homes: list[tuple[int, int]] = []
        for one in stale:
            if one.contributor in appraised.failed:
                continue
            try:
                rows += self._lines(one, homes)
            except Exception as error:
                appraised.failed[one.contributor] = f"{type(error).__name__}: {error}"
                continue
            (appraised.created if one.is_settled is None else appraised.rewritten).add(one.row)
            if one.version is not None:
                appraised.versions.add(one.version)
        if appraised.failed:
            rows = [row for row in rows if row[0] not in appraised.failed]
            appraised.created &= {row[1][0] for row in rows}
            left = {row[1][0] for row in rows}
            homes = [home for home in homes if home[0] in left]
        appraised.people = {row[0] for row in rows}
        version = ITEM_FIELDS.index("version")
        appraised.versions.update(row[1][version] for row in rows)
        appraised.versions |= self._write(rows, homes, appraised.created)
        return appraised

    def _lines(self, one: _Stale, homes: list[tuple[int, int]]) -> list[tuple[int, list[Any], str]]:
        work = self._work(one)
        own = self._book.project_version(one.project, one.opened_at)
        program = self._book.program_version(one.opened_at)
        lines = [self._line(one, work, program, 0, is_on_project_board=own is None)]
        if own is not None and one.project is not None:
            lines.append(self._line(one, work, own, one.project, is_on_project_board=True))
        if self._book.projects:
            homes.append((one.row, lines[-1][1][1]))
        return lines

    def _work(self, one: _Stale) -> Work:
        around = self._around
        pull_request = one.pull_request
        is_issue = pull_request is None
        labels = one.issue_labels if is_issue else one.labels
        is_self_merged = None
        if one.merged_by is not None and one.author is not None:
            is_self_merged = one.merged_by == one.author
        return Work(
            kind=one.kind,
            occurred_at=one.occurred_at,
            opened_at=one.opened_at,
            merged_at=one.merged_at,
            closed_at=one.issue_closed_at if is_issue else one.closed_at,
            state=one.issue_state if is_issue else one.state,
            is_approved=pull_request in around.approved,
            title=one.issue_title if is_issue else one.title,
            additions=one.additions,
            deletions=one.deletions,
            changed_files=one.changed_files,
            files=None if one.files is None else msgspec.json.decode(
                one.files, type=tuple[FileStat, ...]
            ),
            labels=self._strings(labels),
            draft=None if one.draft is None else bool(one.draft),
            association=one.association or None,
            is_bot=bool(one.is_bot),
            is_own_repository=None
            if one.owner_github_id is None
            else one.owner_github_id == one.github_id,
            is_self_merged=is_self_merged,
            is_reviewed_by_other=pull_request in around.looked_at,
            is_fork=None if one.is_fork is None else bool(one.is_fork),
            is_private=None if one.is_private is None else bool(one.is_private),
            topics=self._strings(one.topics),
            ratings=tuple(around.ratings.get(pull_request, ())) if pull_request else (),
            level_labelled_by=()
            if one.labelled_by in (None, "[]")
            else tuple((label, person) for label, person in json.loads(one.labelled_by or "[]")),
            seasons=around.seasons_at(one.occurred_at)[1],
            is_void=pull_request in around.void,
            exclusion=self._exclusion(one),
        )  # fmt: skip

    def _exclusion(self, one: _Stale) -> str | None:
        around, at = self._around, one.occurred_at
        if one.is_withdrawn:
            return "withdrawn"
        if one.contributor in around.bans and _covers(around.bans[one.contributor], at):
            return "banned"
        if one.repository in around.disabled and _covers(around.disabled[one.repository], at):
            return "repository_disabled"
        if one.project in around.archived and _covers(around.archived[one.project], at):
            return "project_archived"
        return None

    def _line(
        self, one: _Stale, work: Work, version: Version, scope: int, *, is_on_project_board: bool
    ) -> tuple[int, list[Any], str]:
        found, digest = self._appraise(work, version)
        settles_at = self._settles_at(one, version)
        value = found.value_milli if found.is_eligible else 0
        points = to_points(value)
        base = min(to_points(found.factor_part_milli), points)
        day, month = self._day(one.occurred_at)
        row = [
            one.row, scope, one.contributor, one.revision, version.row, one.kind,
            one.repository_github_id, one.number, one.occurred_at, day, month,
            self._around.seasons_at(one.occurred_at)[0], one.project, is_on_project_board,
            found.is_eligible, found.reason or "", found.value_milli, found.factor_part_milli,
            found.penalty_points, found.is_void, found.moved_by, found.moved_milli, digest,
            settles_at, bool(one.is_settled) or settles_at <= self._now,
            value, value, 0, value, value, value, False, False, base, points - base,
            found.penalty_points,
        ]  # fmt: skip
        return one.contributor, row, digest

    def _settles_at(self, one: _Stale, version: Version) -> int:
        """The latest time of what changes the value, plus the hold (spec/scoring.md §5)."""
        latest = one.occurred_at
        if one.kind != "review_submitted":
            changed = one.issue_changed_at if one.pull_request is None else one.changed_at
            judged = self._around.judged_at.get(one.pull_request or 0)
            for at in (changed, one.merged_at, one.closed_at, judged):
                if at is not None and at > latest:
                    latest = at
        return latest + version.ruleset.hold_days * _DAY

    def _appraise(self, work: Work, version: Version) -> tuple[Appraisal, str]:
        """Appraise work, once for all that is equal in what the rules can read."""
        key_of = self._keys.get(version.row)
        if key_of is None:
            key_of = self._keys[version.row] = attrgetter(*readable(version.ruleset))
        key = (version.row, key_of(work))
        known = self._found.get(key)
        if known is None:
            found = appraise(work, version.ruleset)
            body = canonical_bytes(list(found.steps))
            known = self._found[key] = (found, sha256_hex(body))
            self._digests[known[1]] = body
        return known

    def _strings(self, text: str | None) -> tuple[str, ...] | None:
        """Read a JSON list of strings; most rows share a few of them."""
        if text is None:
            return None
        found = self._texts.get(text)
        if found is None:
            found = self._texts[text] = tuple(json.loads(text))
        return found

    def _day(self, at: int) -> tuple[int, int]:
        number = at // _DAY
        found = self._days.get(number)
        if found is None:
            day = day_of(at)
            found = self._days[number] = (day, day // 100)
        return found

    def _write(
        self,
        rows: list[tuple[int, list[Any], str]],
        homes: list[tuple[int, int]],
        created: set[int],
    ) -> set[int]:
        """Write the rows; return the versions of lines that work has left."""
        explanations = explanation_rows(self._digests)
        at = ITEM_FIELDS.index("steps")
        new: list[list[Any]] = []
        known: list[list[Any]] = []
        for _, row, digest in rows:
            row[at] = explanations[digest]
            (new if row[0] in created else known).append(row)
        sql.insert(Item, ITEM_FIELDS, new)
        sql.upsert(Item, ITEM_FIELDS, known, key=("contribution", "scope"))
        if not homes:
            return set()
        # Work that left a project with rules of its own earns nothing on its line there.
        where, ids = sql.in_ids("contribution_id", [row for row, _ in homes])
        kept, pairs = sql.in_pairs("contribution_id", "scope", homes)
        left = sql.fetch(
            "UPDATE scoring_item SET is_eligible = FALSE, value_milli = 0,"
            " reason = 'withdrawn', after_share_milli = 0, after_pr_cap_milli = 0,"
            " after_decay_milli = 0, after_day_milli = 0, after_month_milli = 0, base = 0,"
            " extra = 0, penalty = 0, appraised_penalty = 0"
            f" WHERE scope <> 0 AND {where} AND NOT ({kept}) RETURNING version_id",
            [*ids, *pairs],
        )
        return {row[0] for row in left}


def explanation_rows(bodies: dict[str, bytes]) -> dict[str, int]:
    """Return the rows of explanations by their digest; those that are new are stored first."""
    known = _rows_of(bodies)
    if len(known) < len(bodies):
        explanations_keep({one: bodies[one] for one in bodies.keys() - known.keys()})
        known = _rows_of(bodies)
    return known


def explanations_keep(bodies: dict[str, bytes]) -> None:
    """Store explanations under their digests."""
    sql.insert(
        Explanation,
        ("digest", "body"),
        [(digest, body.decode()) for digest, body in sorted(bodies.items())],
        ignore_conflicts=True,
    )


def _rows_of(digests: Collection[str]) -> dict[str, int]:
    where, parameters = sql.in_texts("digest", digests)
    return dict(sql.fetch(f"SELECT digest, id FROM scoring_explanation WHERE {where}", parameters))
