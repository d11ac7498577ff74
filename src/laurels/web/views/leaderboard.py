"""Leaderboards: scope, period, search, movement, pages that cost the same at any depth."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from laurels.apps.people.selectors_pages import logins_near
from laurels.apps.projects.models import ProjectTag
from laurels.apps.projects.selectors_pages import scopes
from laurels.apps.recognition.selectors_pages import tiers_in
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.selectors import seasons
from laurels.apps.scoring.selectors.lists import SeasonNotFound
from laurels.apps.scoring.selectors.pages import WEEK, season_now, tier_season, work_of
from laurels.apps.standings.boards import board_id
from laurels.apps.standings.models import PeriodKind, ScopeKind
from laurels.apps.standings.selectors import (
    BoardNotFound,
    BoardView,
    Page,
    board_get,
    leaderboard_page,
    months_with_standings,
    movements,
    rising,
)
from laurels.apps.standings.selectors.pages import has_snapshot, tie_sizes
from laurels.kit.cursors import InvalidCursor
from laurels.kit.times import day_of
from laurels.web.csv import Cell, csv_response
from laurels.web.pages import data_now, now, page, text_of
from laurels.web.presenters import boards, words
from laurels.web.presenters.boards import Period
from laurels.web.presenters.rules import rules_now
from laurels.web.presenters.tiers import Mark, marks

ROWS = 20
MONTHS = 12
COMPARED_DAYS = 7
_CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address asks for."""

    seasons: list[Season]
    period: Period
    board: BoardView

    @property
    def everything(self) -> Season | None:
        """Return the season without bounds."""
        return next((one for one in self.seasons if one.key == "all"), None)


def asked(request: HttpRequest) -> Asked | None:
    """Read scope and period of an address; None before `laurels init`; 404 for unknown ones."""
    known = seasons()
    if not known:
        return None
    period = boards.period_of(text_of(request, "period"), known, season_now(known, data_now()))
    if period is None:
        raise Http404("There is no season or month of this name.")
    season = period.season.key if period.season else "all"
    try:
        board = board_get(text_of(request, "scope") or "program", season=season, month=period.month)
    except (BoardNotFound, SeasonNotFound) as error:
        raise Http404(str(error)) from None
    return Asked(known, period, board)


@require_safe
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Show one page of a board."""
    found = asked(request)
    if found is None:
        return page(request, "leaderboard/none", {})
    context = _choices(found) | {
        "period": found.period,
        "board": found.board,
        "search": text_of(request, "q"),
        "instant": data_now(),
        "rules": rules_now(now()),
    }
    if found.period.is_rising:
        return _rising_page(request, found, context)
    return _board_page(request, found, context)


def _choices(found: Asked) -> dict[str, Any]:
    projects, tags = scopes()
    months = months_with_standings(found.board.key.scope_kind, found.board.key.scope_ref)[:MONTHS]
    return {
        "scopes": boards.scope_options(projects, tags, found.board.scope, found.board.scope_label),
        "periods": boards.period_options(found.seasons, months, found.period),
    }


def _board_page(request: HttpRequest, found: Asked, context: dict[str, Any]) -> HttpResponse:
    search, after = context["search"], request.GET.get("after", "")
    try:
        lines = leaderboard_page(found.board.id, after=after, limit=ROWS, search=search)
    except InvalidCursor:
        raise Http404("This page of the board is not there any more.") from None
    since = now() - COMPARED_DAYS * 86_400
    is_compared = _is_running(found) and has_snapshot(found.board.id, day_of(since))
    parts = {
        "scope": found.board.scope if found.board.scope != "program" else "",
        "period": found.period.key,
    }
    context |= {
        "lines": lines,
        "size": ROWS,
        "whole": boards.query(**parts),
        "is_later": bool(after),
        "compared": since if is_compared else 0,
        "next": boards.query(**parts, q=search, after=lines.next) if lines.next else "",
        "csv": boards.query(**parts),
        "near": logins_near(search) if search and not lines.rows else [],
    }
    context["rows"] = _rows(found, lines, context)
    context["last"] = context["rows"][-1] if context["rows"] else None
    context["has_pending"] = any(row.pending for row in context["rows"])
    return page(request, "leaderboard/page", context)


def _is_running(found: Asked) -> bool:
    return found.period.until is None or found.period.until > now()


def _rows(found: Asked, lines: Page, context: dict[str, Any]) -> list[boards.BoardRow]:
    people = [row.contributor for row in lines.rows]
    if not people:
        return []
    until = min(found.period.until or context["instant"], context["instant"])
    weeks_from = until - boards.SPARK_WEEKS * WEEK
    work = work_of(
        people,
        since=found.period.since,
        until=until + 1,
        weeks_from=weeks_from,
        projects=_projects(found.board),
    )
    ranks = {row.contributor: row.rank for row in lines.rows}
    compared = context["compared"]
    return boards.board_rows(
        lines.rows,
        tie_sizes(found.board.id, {row.points for row in lines.rows}),
        movements(found.board.id, ranks, day_of(compared)) if compared else None,
        _tiers(found, people, context),
        work,
    )


def _projects(board: BoardView) -> Sequence[int] | None:
    """Return the projects that a board covers; None for all."""
    if board.key.scope_kind == ScopeKind.PROJECT:
        return [board.key.scope_ref]
    if board.key.scope_kind == ScopeKind.TAG:
        tagged = ProjectTag.objects.filter(tag_id=board.key.scope_ref)
        return list(tagged.values_list("project_id", flat=True))
    return None


def _tiers(found: Asked, people: list[int], context: dict[str, Any]) -> dict[int, Mark]:
    season = found.period.season or found.everything
    if season is None:
        return {}
    known = marks(context["rules"].tiers)
    tiers = tiers_in(tier_season(season, found.seasons, context["rules"]).pk, people)
    return {person: known[key] for person, key in tiers.items() if key in known}


def _rising_page(request: HttpRequest, found: Asked, context: dict[str, Any]) -> HttpResponse:
    key, search = found.board.key, context["search"].casefold()
    rows = rising(key.scope_kind, key.scope_ref, now=now(), days=boards.RISING_DAYS, limit=None)
    since = now() - boards.RISING_DAYS * 86_400
    tied = Counter(row.rank for row in rows)
    matching = [row for row in rows if search in row.login.casefold()]
    context |= {
        "rows": [
            (row, boards.move_of(row.movement), tied[row.rank] > 1) for row in matching[: ROWS * 2]
        ],
        "total": len(rows),
        "since": since,
        "has_places": has_snapshot(_everything(found), day_of(since)),
        "days": boards.RISING_DAYS,
        "csv": boards.query(scope=found.board.scope, period=boards.RISING),
        "near": logins_near(search) if search and not matching else [],
    }
    return page(request, "leaderboard/rising", context)


def _everything(found: Asked) -> int:
    """Return the board of all seasons in this scope: what places are compared on."""
    key = found.board.key
    season = found.everything.pk if found.everything else 0
    return board_id(key.scope_kind, key.scope_ref, PeriodKind.SEASON, season)


@require_safe
def leaderboard_csv(request: HttpRequest) -> HttpResponseBase:
    """Answer with a whole board as CSV."""
    found = asked(request)
    if found is None:
        raise Http404("There is no board yet.")
    name = f"leaderboard-{found.board.scope}-{found.period.key}"
    if found.period.is_rising:
        key = found.board.key
        risen = rising(
            key.scope_kind, key.scope_ref, now=now(), days=boards.RISING_DAYS, limit=None
        )
        header = ("rank", "login", "recent", "before", "change")
        rows = ((r.rank, r.login, r.recent, r.before, r.change) for r in risen)
        return csv_response(name, header, rows)
    header = ("rank", "login", "points", "pending", "reached_at")
    return csv_response(name, header, _all_rows(found.board.id))


def _all_rows(board: int) -> Iterator[tuple[Cell, ...]]:
    after = ""
    while True:
        lines = leaderboard_page(board, after=after, limit=_CHUNK)
        for row in lines.rows:
            yield row.rank, row.login, row.points, row.pending, words.iso(row.reached_at)
        if not lines.next:
            return
        after = lines.next
