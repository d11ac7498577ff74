"""The one statement that says which standings of some people are not as they should be.

Items are grouped once by person, line, season segment and month; boards of all scopes and periods
are unions of those groups; the rows that stand join the same last grouping, so that what is new,
changed or gone comes out of it, and nothing else leaves the database.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec

from laurels.apps import sql
from laurels.apps.standings.boards import MONTHS, SCOPE_STEP
from laurels.apps.standings.segments import Segments
from laurels.domain.ledger import EntryKind

_ACTIVE = "(t.posted_base <> 0 OR t.posted_extra <> 0 OR t.posted_penalty <> 0)"
_WAITS = "(NOT t.is_settled AND NOT t.is_held)"
_SUMS = "points, pending, reached_at, is_out"

_STATEMENT = """
WITH lines AS MATERIALIZED (
    SELECT t.contributor_id, t.scope, t.project_id, t.is_on_project_board, t.month, t.season_id,
           {segment} AS segment,
           CAST(SUM(t.posted_base + t.posted_extra - t.posted_penalty) AS BIGINT) AS points,
           CAST(SUM(CASE WHEN {waits} THEN t.base + t.extra - t.penalty ELSE 0 END) AS BIGINT)
               AS pending,
           MAX(CASE WHEN {active} THEN t.occurred_at END) AS reached_at,
           MAX(CASE WHEN t.is_disqualified THEN 1 ELSE 0 END) AS is_out
    FROM scoring_item t
    WHERE {items_of} AND
        ({active} OR t.is_disqualified OR ({waits} AND t.base + t.extra <> t.penalty))
    GROUP BY 1, 2, 3, 4, 5, 6, 7
),
scoped AS MATERIALIZED (
    SELECT contributor_id, CAST(0 AS BIGINT) AS scope, month, season_id, segment, {sums}
    FROM lines WHERE scope = 0
    UNION ALL
    SELECT contributor_id, (project_id * 3 + 1) * {step}, month, season_id, segment, {sums}
    FROM lines WHERE is_on_project_board AND project_id IS NOT NULL
    UNION ALL
    SELECT contributor_id, (g.tag_id * 3 + 2) * {step}, month, season_id, segment, {sums}
    FROM lines JOIN projects_projecttag g ON g.project_id = lines.project_id WHERE scope = 0
    UNION ALL
    SELECT t.contributor_id, 0, {month}, NULL, {segment}, t.points, 0, t.occurred_at, 0
    FROM scoring_ledgerentry t
    WHERE {items_of} AND t.kind = '{adjustment}'
        AND NOT EXISTS (SELECT 1 FROM scoring_ledgerentry r WHERE r.reverses = t.id)
),
seasons (season_id, first_segment, last_segment) AS (VALUES {spans}),
sums AS (
    SELECT contributor_id, board_id, CAST(SUM(points) AS BIGINT) AS points,
           CAST(SUM(pending) AS BIGINT) AS pending, MAX(reached_at) AS reached_at,
           MAX(is_out) AS is_out, MAX(id) AS id, MAX(old_points) AS old_points,
           MAX(old_pending) AS old_pending, MAX(old_reached_at) AS old_reached_at,
           MAX(old_login) AS old_login, MAX(old_is_ranked) AS old_is_ranked
    FROM (
        SELECT contributor_id, scope + {months} + month AS board_id, {sums}, {no_old}
        FROM scoped
        UNION ALL
        SELECT contributor_id, scope + s.season_id, points, pending, reached_at,
               CASE WHEN scoped.season_id = s.season_id THEN is_out ELSE 0 END, {no_old}
        FROM scoped JOIN seasons s ON segment BETWEEN s.first_segment AND s.last_segment
        UNION ALL
        SELECT t.contributor_id, t.board_id, 0, 0, NULL, 0, t.id, t.points, t.pending,
               t.reached_at, t.login, CASE WHEN t.is_ranked THEN 1 ELSE 0 END
        FROM standings_standing t WHERE {items_of}
    ) parts
    GROUP BY contributor_id, board_id
),
fresh AS (
    SELECT u.contributor_id, u.board_id, u.points, u.pending,
           COALESCE(u.reached_at, 0) AS reached_at, c.login,
           CASE WHEN u.points > 0 AND u.is_out = 0 AND b.contributor_id IS NULL THEN 1 ELSE 0 END
               AS is_ranked,
           CASE WHEN c.id IS NOT NULL AND (u.reached_at IS NOT NULL OR u.pending <> 0)
               THEN 1 ELSE 0 END AS is_there,
           u.id, u.old_points, u.old_pending, u.old_reached_at, u.old_login, u.old_is_ranked
    FROM sums u
    LEFT JOIN people_contributor c ON c.id = u.contributor_id AND c.erased_at IS NULL
    LEFT JOIN (
        SELECT DISTINCT contributor_id FROM people_ban
        WHERE starts_at <= %s AND (ends_at IS NULL OR ends_at > %s)
    ) b ON b.contributor_id = u.contributor_id
)
SELECT contributor_id, board_id, points, pending, reached_at, login, is_ranked, is_there,
       id, old_points, old_is_ranked
FROM fresh
WHERE CASE
    WHEN is_there = 0 THEN id IS NOT NULL
    ELSE id IS NULL OR old_points <> points OR old_pending <> pending
        OR old_reached_at <> reached_at OR old_login <> login OR old_is_ranked <> is_ranked
END
ORDER BY contributor_id, board_id
"""


class Difference(msgspec.Struct, array_like=True, gc=False):
    """A standing that must be written, or removed where `is_there` is 0; `id` is the old row's."""

    contributor: int
    board: int
    points: int
    pending: int
    reached_at: int
    login: str | None
    is_ranked: int
    is_there: int
    id: int | None
    old_points: int | None
    old_is_ranked: int | None


def differences(people: Collection[int], cuts: Segments, *, now: int) -> list[tuple[Any, ...]]:
    """Return what differs between the standings of these people and what they should be.

    Rows are in the order of the fields of `Difference`; they are left as tuples because a first
    run has hundreds of thousands of them.
    """
    of_people, ids = sql.in_ids("t.contributor_id", people)
    statement = _STATEMENT.format(
        segment=cuts.sql("t.occurred_at"),
        active=_ACTIVE,
        waits=_WAITS,
        sums=_SUMS,
        items_of=of_people,
        step=SCOPE_STEP,
        months=MONTHS,
        month=_month("t.occurred_at"),
        adjustment=EntryKind.ADJUSTMENT.value,
        spans=", ".join(str(span) for span in cuts.spans) or "(0, 1, 0)",
        no_old=_NO_OLD,
    )
    return sql.fetch(statement, [*ids, *ids, *ids, now, now])


_NO_OLD = (
    "CAST(NULL AS BIGINT) AS id, CAST(NULL AS BIGINT) AS old_points,"
    " CAST(NULL AS BIGINT) AS old_pending, CAST(NULL AS BIGINT) AS old_reached_at,"
    " CAST(NULL AS TEXT) AS old_login, CAST(NULL AS BIGINT) AS old_is_ranked"
)


def _month(column: str) -> str:
    """Return the expression of the UTC month (yyyymm) of an instant."""
    if sql.is_postgres():
        moment = f"to_timestamp({column}) AT TIME ZONE 'UTC'"
        return f"CAST(to_char({moment}, 'YYYYMM') AS BIGINT)"
    return f"CAST(strftime('%%Y%%m', {column}, 'unixepoch') AS INTEGER)"
