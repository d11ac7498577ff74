"""Who is rising: points of the last days against those of as many days before."""

from __future__ import annotations

from dataclasses import dataclass

from laurels.apps import sql
from laurels.apps.scoring.models import Season
from laurels.apps.standings.boards import BoardKey
from laurels.apps.standings.models import PeriodKind, ScopeKind
from laurels.apps.standings.selectors.history import movements
from laurels.domain.ledger import EntryKind
from laurels.domain.ranking import Gain, rising_windows
from laurels.domain.ranking import rising as rank_gains
from laurels.kit.times import day_of, month_of

_POSTED = "t.posted_base + t.posted_extra - t.posted_penalty"

# Only people with a standing in a month that the recent window touches can rise, and a person's
# items are read by index: nobody else's rows are.
_GAINS = """
SELECT c.id, c.login, CAST(SUM(g.recent) AS BIGINT), CAST(SUM(g.before) AS BIGINT)
FROM (
    SELECT t.contributor_id, CASE WHEN t.occurred_at >= %s THEN {posted} ELSE 0 END AS recent,
           CASE WHEN t.occurred_at >= %s THEN 0 ELSE {posted} END AS before
    FROM scoring_item t WHERE {people} AND {scope} AND t.occurred_at >= %s AND t.occurred_at < %s
    {adjustments}
) g
JOIN people_contributor c ON c.id = g.contributor_id
JOIN standings_standing w ON w.contributor_id = c.id AND w.board_id = %s AND w.is_ranked
GROUP BY c.id, c.login HAVING SUM(g.recent) > SUM(g.before)
"""
_ADJUSTMENTS = f"""
    UNION ALL
    SELECT t.contributor_id, CASE WHEN t.occurred_at >= %s THEN t.points ELSE 0 END,
           CASE WHEN t.occurred_at >= %s THEN 0 ELSE t.points END
    FROM scoring_ledgerentry t WHERE {{people}} AND t.kind = '{EntryKind.ADJUSTMENT.value}'
        AND t.occurred_at >= %s AND t.occurred_at < %s
        AND NOT EXISTS (SELECT 1 FROM scoring_ledgerentry r WHERE r.reverses = t.id)
"""


@dataclass(frozen=True, slots=True)
class RisingRow:
    """One who rose: points in the window and before it, and places gained on the board of `all`.

    `movement` is None for who was on no snapshot when the window began.
    """

    rank: int
    contributor: int
    login: str
    recent: int
    before: int
    movement: int | None

    @property
    def change(self) -> int:
        """How many points more than in the days before."""
        return self.recent - self.before


def rising(
    scope_kind: ScopeKind = ScopeKind.PROGRAM,
    scope_ref: int = 0,
    *,
    now: int,
    days: int = 30,
    limit: int | None = 50,
) -> list[RisingRow]:
    """Return who gained most settled points in the last `days` against the days before them."""
    everything = Season.objects.get(key="all")
    board = BoardKey(scope_kind, scope_ref, PeriodKind.SEASON, everything.pk).id
    gains = _gains(scope_kind, scope_ref, board, rising_windows(now, days))
    ranked = rank_gains(gains)
    shown = ranked if limit is None else ranked[:limit]
    since = rising_windows(now, days)[1]
    moved = _moved(board, [int(gain.person) for _, gain in shown], day_of(since))
    return [
        RisingRow(
            rank,
            int(gain.person),
            gain.login,
            gain.recent,
            gain.before,
            moved.get(int(gain.person)),
        )
        for rank, gain in shown
    ]


def _gains(
    scope_kind: ScopeKind, scope_ref: int, board: int, windows: tuple[int, int, int]
) -> list[Gain]:
    start, middle, end = windows
    boards = [
        BoardKey(scope_kind, scope_ref, PeriodKind.MONTH, month).id
        for month in _months(middle, end)
    ]
    of_boards, ids = sql.in_ids("m.board_id", boards)
    people = (
        "t.contributor_id IN (SELECT m.contributor_id FROM standings_standing m"
        f" WHERE {of_boards} AND m.is_ranked)"
    )
    scope, refs = _scope(scope_kind, scope_ref)
    parameters = [middle, middle, *ids, *refs, start, end]
    adjustments = ""
    if scope_kind == ScopeKind.PROGRAM:
        adjustments = _ADJUSTMENTS.format(people=people)
        parameters += [middle, middle, *ids, start, end]
    statement = _GAINS.format(posted=_POSTED, people=people, scope=scope, adjustments=adjustments)
    rows = sql.fetch(statement, [*parameters, board])
    return [Gain(str(person), login, recent, before) for person, login, recent, before in rows]


def _scope(scope_kind: ScopeKind, scope_ref: int) -> tuple[str, list[int]]:
    """Return the condition that an item counts on boards of this scope."""
    if scope_kind == ScopeKind.PROJECT:
        return "t.project_id = %s AND t.is_on_project_board", [scope_ref]
    if scope_kind == ScopeKind.TAG:
        return (
            "t.scope = 0 AND t.project_id IN"
            " (SELECT g.project_id FROM projects_projecttag g WHERE g.tag_id = %s)",
            [scope_ref],
        )
    return "t.scope = 0", []


def _months(start: int, end: int) -> list[int]:
    """Return the months that an interval touches."""
    months, last = [month_of(start)], month_of(end - 1)
    while months[-1] < last:
        year, month = divmod(months[-1], 100)
        months.append(year * 100 + month + 1 if month < 12 else (year + 1) * 100 + 1)
    return months


def _moved(board: int, people: list[int], since: int) -> dict[int, int | None]:
    if not people:
        return {}
    where, ids = sql.in_ids("t.contributor_id", people)
    ranks = dict(
        sql.fetch(
            "SELECT t.contributor_id, (SELECT COALESCE(CAST(SUM(p.people) AS BIGINT), 0) + 1"
            " FROM standings_pointscount p WHERE p.board_id = t.board_id AND p.points > t.points)"
            f" FROM standings_standing t WHERE t.board_id = %s AND t.is_ranked AND {where}",
            [board, *ids],
        )
    )
    return movements(board, ranks, since)
