"""Finding a board by what people write: a scope and a period."""

from __future__ import annotations

from dataclasses import dataclass

from laurels.apps import sql
from laurels.apps.projects.models import Project, SlugHistory, Tag
from laurels.apps.scoring.selectors import season_get
from laurels.apps.standings.boards import BoardKey
from laurels.apps.standings.models import PeriodKind, ScopeKind
from laurels.kit.times import month_bounds

PROGRAM = "program"


class BoardNotFound(Exception):
    """No board has this scope or period; the message says which part is unknown."""

    status_code = 404
    code = "board_not_found"


@dataclass(frozen=True, slots=True)
class BoardView:
    """A board by name. It may be empty: a board exists as soon as somebody asks for it."""

    id: int
    key: BoardKey
    scope: str
    scope_label: str
    period: str
    period_label: str


def board_get(scope: str = PROGRAM, *, season: str = "all", month: int | None = None) -> BoardView:
    """Return the board of a scope (`program`, `project:SLUG`, `tag:KEY`) and a season or month.

    A month (yyyymm) takes the place of the season. An old slug of a project finds it too. Raises
    BoardNotFound, or SeasonNotFound for an unknown season.
    """
    scope_kind, scope_ref, name, label = _scope(scope)
    if month is None:
        found = season_get(season)
        period_kind, period_ref = PeriodKind.SEASON, found.pk
        period, period_label = found.key, found.label
    else:
        period = _month_name(month)
        period_kind, period_ref, period_label = PeriodKind.MONTH, month, period
    key = BoardKey(scope_kind, scope_ref, period_kind, period_ref)
    return BoardView(key.id, key, name, label, period, period_label)


def months_with_standings(scope_kind: ScopeKind, scope_ref: int) -> list[int]:
    """Return the months (yyyymm) that have a board with somebody ranked, newest first."""
    rows = sql.fetch(
        "SELECT b.period_ref FROM standings_board b WHERE b.scope_kind = %s AND b.scope_ref = %s"
        " AND b.period_kind = %s AND EXISTS (SELECT 1 FROM standings_pointsbucket p"
        " WHERE p.board_id = b.id AND p.people > 0) ORDER BY b.period_ref DESC",
        [scope_kind.value, scope_ref, PeriodKind.MONTH.value],
    )
    return [row[0] for row in rows]


def _scope(scope: str) -> tuple[ScopeKind, int, str, str]:
    kind, _, name = scope.partition(":")
    if kind == PROGRAM and not name:
        return ScopeKind.PROGRAM, 0, PROGRAM, "Program"
    if kind == "project" and name:
        project = Project.objects.filter(slug=name).first()
        if project is None:
            old = SlugHistory.objects.filter(slug=name).select_related("project").first()
            project = old.project if old else None
        if project is None:
            raise BoardNotFound(f"There is no project {name!r}.")
        return ScopeKind.PROJECT, project.pk, f"project:{project.slug}", project.name
    if kind == "tag" and name:
        tag = Tag.objects.filter(key=name).first()
        if tag is None:
            raise BoardNotFound(f"There is no tag {name!r}.")
        return ScopeKind.TAG, tag.pk, f"tag:{tag.key}", tag.key
    raise BoardNotFound(f"A scope is program, project:SLUG or tag:KEY, not {scope!r}.")


def _month_name(month: int) -> str:
    try:
        month_bounds(month)
    except ValueError as error:
        raise BoardNotFound(str(error)) from None
    return f"{month // 100:04d}-{month % 100:02d}"
