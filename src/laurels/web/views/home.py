"""Home: what this program is, its season, who leads, and a way to check a certificate."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from time import perf_counter

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

from laurels.apps.contributions.selectors_pages import Activity, activity
from laurels.apps.projects.selectors_pages import projects_count
from laurels.apps.recognition.selectors_pages import certificates_lately, tiers_in
from laurels.apps.scoring.models import Season
from laurels.apps.scoring.selectors import seasons
from laurels.apps.scoring.selectors.pages import Work, season_now, tier_season, work_of
from laurels.apps.standings.boards import program_season
from laurels.apps.standings.selectors import RankedRow, leaderboard_page
from laurels.domain.rulesets import Ruleset
from laurels.web.csv import csv_response
from laurels.web.pages import data_now, now, page
from laurels.web.presenters import words
from laurels.web.presenters.rules import rules_now
from laurels.web.presenters.seasons import Span, happened_figures, season_view, span_of
from laurels.web.presenters.tiers import Mark, marks

TOP = 7
_SLOW_SECONDS, _KEPT_TIMES = 0.1, 40


@dataclass(frozen=True, slots=True)
class TopRow:
    """One of the first on the season's board."""

    row: RankedRow
    tier: Mark | None
    work: Work


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the program."""
    instant = data_now()
    known = seasons()
    season = season_now(known, instant)
    span = span_of(season, instant)
    happened = _activity(span)
    rules = rules_now(now())
    rows, total = _top(known, season, span, rules)
    context = {
        "projects": projects_count(),
        "season": season,
        "view": season_view(season, span, happened.weeks, instant),
        "span": span,
        "figures": happened_figures(happened.kinds),
        "top": rows,
        "tied": any(a.row.rank == b.row.rank for a, b in pairwise(rows)),
        "total": total,
        "certificates": certificates_lately(),
        "instant": instant,
        "rules": rules,
    }
    return page(request, "home/page", context)


@require_safe
def weeks_csv(request: HttpRequest) -> HttpResponseBase:
    """Answer with the season's merged pull requests by week."""
    instant = data_now()
    span = span_of(season_now(seasons(), instant), instant)
    view = season_view(None, span, _activity(span).weeks, instant)
    rows = ((words.iso_day(week.since), week.merged) for week in view.weeks)
    return csv_response("merged-by-week", ("week_from", "merged"), rows)


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Lead browsers that ask for the old address to the drawn one."""
    return redirect(static("laurels/favicon.svg"), permanent=True)


def _activity(span: Span) -> Activity:
    """Count what happened; where counting is slow, its answer is kept some forty times as long.

    The count walks all contributions of the span: milliseconds for a season of a community, a
    second or two for millions, which then costs a few per cent of one processor at most.
    """
    key = f"laurels.activity.{span.since}.{span.until}"
    found: Activity | None = cache.get(key)
    if found is None:
        started = perf_counter()
        found = activity(span.since, span.until)
        took = perf_counter() - started
        if took > _SLOW_SECONDS:
            cache.set(key, found, took * _KEPT_TIMES)
    return found


def _top(
    known: list[Season], season: Season | None, span: Span, rules: Ruleset
) -> tuple[list[TopRow], int]:
    if season is None:
        return [], 0
    found = leaderboard_page(program_season(season.pk), limit=TOP)
    people = [row.contributor for row in found.rows]
    shown = marks(rules.tiers)
    tiers = tiers_in(tier_season(season, known, rules).pk, people)
    since = span.since if span.is_bounded else None
    work = work_of(people, since=since, until=now() + 1, weeks_from=span.until)
    return [
        TopRow(row, shown.get(tiers.get(row.contributor, "")), work[row.contributor])
        for row in found.rows
    ], found.total
