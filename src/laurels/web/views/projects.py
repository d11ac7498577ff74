"""The list of projects, and a project's page."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from laurels.apps.contributions.selectors_pages import merged_lately, pull_states_in
from laurels.apps.contributions.selectors_signals import signals_open
from laurels.apps.projects.models import Project
from laurels.apps.projects.selectors_pages import (
    ProjectNotFound,
    is_archived,
    project_access,
    projects_count,
    projects_page,
    repositories_of,
    tags_of,
)
from laurels.apps.recognition.selectors_pages import tiers_in
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.selectors import seasons
from laurels.apps.scoring.selectors.pages import season_now, tier_season
from laurels.apps.standings.boards import board_id
from laurels.apps.standings.models import PeriodKind, ScopeKind
from laurels.apps.standings.selectors import leaderboard_page
from laurels.apps.standings.selectors.pages import tie_sizes, totals_of
from laurels.domain.policies import Resource, decide
from laurels.domain.rulesets import Ruleset
from laurels.kit.cursors import InvalidCursor
from laurels.web.access import asker
from laurels.web.csv import csv_response
from laurels.web.pages import data_now, now, page, text_of
from laurels.web.presenters.boards import query
from laurels.web.presenters.pulls import pull_view
from laurels.web.presenters.readings import readings_view
from laurels.web.presenters.registering import standing_views
from laurels.web.presenters.rules import book_or_none, rules_now
from laurels.web.presenters.tiers import marks

TOP = 10
SHOWN = 8
REPOSITORIES = 30


def board_of(project: int, season: Season) -> int:
    """Return the id of a project's board in a season."""
    return board_id(ScopeKind.PROJECT, project, PeriodKind.SEASON, season.pk)


def access(slug: str) -> Project:
    """Return the project of a present or old slug, else 404."""
    try:
        return project_access(slug)
    except ProjectNotFound:
        raise Http404("There is no project at this address.") from None


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """List the projects by address, each with how many people have points in it."""
    search = text_of(request, "q")
    try:
        found = projects_page(search=search, after=request.GET.get("after", ""), now=now())
    except InvalidCursor:
        raise Http404("This page of the list is not there any more.") from None
    season = season_now(seasons(), data_now())
    boards = {row.pk: board_of(row.pk, season) for row in found.rows} if season else {}
    totals = totals_of(boards.values()) if boards else {}
    context = {
        "rows": [(row, totals.get(boards.get(row.pk, 0), 0)) for row in found.rows],
        "search": search,
        "season": season,
        "total": projects_count(),
        "next": query(q=search, after=found.next) if found.next else "",
        "is_later": "after" in request.GET,
        "can_create": bool(decide(asker(request), "project:create")),
    }
    return page(request, "projects/list", context)


@require_safe
def projects_csv(request: HttpRequest) -> HttpResponseBase:
    """Answer with all projects as CSV."""
    found = projects_page(limit=None, now=now())
    header = ("slug", "name", "kind", "tags", "repositories", "archived")
    rows = (
        (r.slug, r.name, r.kind, " ".join(r.tags), r.repositories, "yes" if r.is_archived else "no")
        for r in found.rows
    )
    return csv_response("projects", header, rows)


@require_safe
def project(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a project: who contributes, what was merged lately, which repositories."""
    found = access(slug)
    if found.slug != slug:
        return redirect("project", slug=found.slug, permanent=True)
    instant = data_now()
    known = seasons()
    season = season_now(known, instant)
    repositories = repositories_of(found.pk, now())
    ids = [one.pk for one in repositories]
    book = book_or_none()
    states, rules = pull_states_in(ids), rules_now(now())
    can_manage = bool(decide(asker(request), "project:settings", Resource(found.pk)))
    context = {
        "project": found,
        "can_manage": can_manage,
        "signals": len(signals_open(ids)) if can_manage else 0,
        "is_archived": is_archived(found.pk, now()),
        "tags": tags_of(found.pk),
        "season": season,
        "states": states,
        "pulls": sum(states.values()),
        "merged": states.get("merged", 0),
        "repositories": standing_views(repositories[:REPOSITORIES]),
        "repositories_count": len(repositories),
        "lately": [(pull_view(row), login) for row, login in merged_lately(ids, limit=SHOWN)],
        "scope": query(scope=f"project:{found.slug}"),
        "has_rules": book is not None and bool(book.projects.get(found.pk)),
        "instant": instant,
        "readings": readings_view(ids),
        "top": [],
        "total": 0,
        "rules": rules,
    }
    if season is not None:
        context |= _top(found.pk, season, known, rules)
    return page(request, "projects/page", context)


def _top(pk: int, season: Season, known: list[Season], rules: Ruleset) -> dict[str, Any]:
    board = board_of(pk, season)
    lines = leaderboard_page(board, limit=TOP)
    ties = tie_sizes(board, {row.points for row in lines.rows})
    shown = marks(rules.tiers)
    tiered = tier_season(season, known, rules)
    held = tiers_in(tiered.pk, [row.contributor for row in lines.rows])
    top = [
        (row, ties.get(row.points, 1) > 1, shown.get(held.get(row.contributor, "")))
        for row in lines.rows
    ]
    return {"top": top, "total": lines.total}


@require_safe
def repositories_csv(request: HttpRequest, slug: str) -> HttpResponseBase:
    """Answer with a project's repositories as CSV."""
    found = access(slug)
    rows = ((one.full_name, one.owner_login) for one in repositories_of(found.pk, now()))
    return csv_response(f"repositories-{found.slug}", ("repository", "owner"), rows)
