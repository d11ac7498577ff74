"""What identifies a leaderboard, and the one number that stands for it.

A board's id holds its four parts: ((scope_ref · 3 + scope) · 2 + period) · 1,000,000 + period_ref,
with scope 0 program, 1 project, 2 tag and period 0 season, 1 month. The statement that sums items
computes it in the database; no look-up, no sequence, and the same on both engines.
"""

from __future__ import annotations

from dataclasses import dataclass

from laurels.apps.standings.models import PeriodKind, ScopeKind

SPAN = 1_000_000
"""One more than the greatest period reference: season ids and yyyymm both stay below."""

MONTHS = SPAN
"""What a month board's id is above that of the scope."""

SCOPE_STEP = 2 * SPAN
SCOPES: tuple[ScopeKind, ...] = (ScopeKind.PROGRAM, ScopeKind.PROJECT, ScopeKind.TAG)
PERIODS: tuple[PeriodKind, ...] = (PeriodKind.SEASON, PeriodKind.MONTH)


@dataclass(frozen=True, slots=True)
class BoardKey:
    """A scope (reference 0, a project's id or a tag's) and a period (a season's id or yyyymm)."""

    scope_kind: ScopeKind
    scope_ref: int
    period_kind: PeriodKind
    period_ref: int

    @property
    def id(self) -> int:
        """Return the board's id."""
        return board_id(self.scope_kind, self.scope_ref, self.period_kind, self.period_ref)


def board_id(scope_kind: str, scope_ref: int, period_kind: str, period_ref: int) -> int:
    """Return the id of a board; ValueError for a part that no board has."""
    if scope_ref < 0 or not 0 <= period_ref < SPAN:
        raise ValueError(f"no board has scope {scope_ref} and period {period_ref}")
    scope = SCOPES.index(ScopeKind(scope_kind))
    period = PERIODS.index(PeriodKind(period_kind))
    return ((scope_ref * len(SCOPES) + scope) * len(PERIODS) + period) * SPAN + period_ref


def board_key(board: int) -> BoardKey:
    """Take a board's id apart again."""
    rest, period_ref = divmod(board, SPAN)
    rest, period = divmod(rest, len(PERIODS))
    scope_ref, scope = divmod(rest, len(SCOPES))
    return BoardKey(SCOPES[scope], scope_ref, PERIODS[period], period_ref)


def program_season(season: int) -> int:
    """Return the id of the program's board of a season: what tiers read."""
    return board_id(ScopeKind.PROGRAM, 0, PeriodKind.SEASON, season)
