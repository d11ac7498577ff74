"""A contributor: standing, tier, points line by line, a year of work, pull requests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from laurels.apps.contributions.selectors_pages import pull_states_of, pulls_of
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.selectors import access_contributor
from laurels.apps.recognition.selectors_pages import certificates_of, tier_of
from laurels.apps.scoring.rulebook import Rulebook
from laurels.apps.scoring.selectors import seasons
from laurels.apps.scoring.selectors.pages import (
    SHOWS,
    Summary,
    corrections_of,
    days_of,
    lines_of,
    season_now,
    summary_and_pending_of,
    summary_of,
    tier_season,
)
from laurels.apps.standings.boards import program_season
from laurels.apps.standings.selectors.pages import places_of, rank_then
from laurels.domain.phrases import step_rows
from laurels.domain.ranking import movement
from laurels.kit.cursors import InvalidCursor
from laurels.kit.times import day_of
from laurels.web.csv import Cell, csv_response
from laurels.web.measured import open_person, payloads_of
from laurels.web.pages import data_now, now, page, text_of
from laurels.web.presenters import lines as line_words
from laurels.web.presenters import person as people
from laurels.web.presenters import pulls as pull_words
from laurels.web.presenters import words
from laurels.web.presenters.boards import query
from laurels.web.presenters.heatmap import heatmap
from laurels.web.presenters.metrics import metrics_view
from laurels.web.presenters.person import Person
from laurels.web.presenters.rules import book_or_none
from laurels.web.presenters.tiers import ladder, marks
from laurels.web.views.leaderboard import COMPARED_DAYS

PENDING, SETTLED, PULLS, ROWS = 2, 5, 6, 20


def access(login: str) -> Person:
    """Return whose login this is or was, else 404; an erased person is nobody."""
    try:
        return Person(access_contributor(login))
    except ContributorNotFound:
        raise Http404(f"Nobody here is, or was, called {login}.") from None


@require_safe
def contributor(request: HttpRequest, login: str) -> HttpResponse:
    """Show a person; an old login or another case leads to the present one."""
    person = access(login)
    if person.login != login:
        return redirect("contributor", login=person.login)
    instant, book = data_now(), book_or_none()
    context = {"person": person, "instant": instant, "book": book is not None}
    context |= _work(request, person)
    if not person.is_ghost and (tracked := open_person(person.contributor.pk)) is not None:
        told = payloads_of([tracked]).get(tracked.id)
        context |= {"is_measured": True, "metrics": told and metrics_view(told)}
    if book is not None:
        context |= _standing(person, book, instant)
    return page(request, "contributor/page", context, is_indexed=not person.is_ghost)


def _standing(person: Person, book: Rulebook, instant: int) -> dict[str, Any]:
    pk, known = person.contributor.pk, seasons()
    everything = next((one for one in known if one.key == "all"), None)
    season = season_now(known, instant) or everything
    if season is None or everything is None:
        return {"figures": [], "ladder": None}
    boards = {one.key: program_season(one.pk) for one in (everything, season)}
    places = places_of(pk, boards.values())
    total, place = places.get(boards["all"]), places.get(boards[season.key])
    days = days_of(pk)
    summary, pending = summary_and_pending_of(pk)
    rules = book.program_version(now()).ruleset
    tiered = tier_season(season, known, rules)
    held = places.get(boards[tiered.key])
    moved, compared = None, 0
    if place is not None and place.rank is not None:
        since = now() - COMPARED_DAYS * 86_400
        is_written, rank = rank_then(boards[season.key], pk, day_of(since))
        if is_written:
            moved, compared = movement(place.rank, rank), since
    counts = people.day_counts(days, is_ghost=person.is_ghost)
    return {
        "season": season,
        "tier_season": tiered,
        "figures": people.figures(total, place, season, moved, compared, pending, instant),
        "ladder": ladder(
            rules.tiers,
            held.points if held else 0,
            people.days_between(days, tiered),
            pending,
            tier_of(tiered.pk, pk).highest,
        )
        if rules.tiers
        else None,
        "heat": heatmap(counts, datetime.fromtimestamp(instant, UTC).date()),
        "summary": summary,
        "marks": marks(rules.tiers),
        **_lines(person, book, summary, total.points if total else 0),
    }


def _lines(person: Person, book: Rulebook, summary: Summary, total: int) -> dict[str, Any]:
    pk, has_hours = person.contributor.pk, not person.is_ghost
    corrections = corrections_of(pk)
    pending = lines_of(pk, book, show="pending", order="largest", limit=PENDING).rows
    settled = lines_of(pk, book, show="settled", limit=SETTLED).rows
    total -= sum(one.points for one in corrections)
    return {
        "lines": [line_words.line_view(one, has_hours=has_hours) for one in pending]
        + line_words.with_balance(settled, total, has_hours=has_hours),
        "shown_pending": len(pending),
        "shown_settled": len(settled),
        "corrections": corrections,
    }


def _work(request: HttpRequest, person: Person) -> dict[str, Any]:
    pk = person.contributor.pk
    counts, chosen = _states(request, person)
    states = pull_words.GROUPS[chosen][1]
    found = pulls_of(pk, states, limit=PULLS)
    certificates = certificates_of(pk)
    return {
        "tabs": pull_words.tabs(counts, chosen) if not person.is_ghost else [],
        "pulls": [pull_words.pull_view(row) for row in found.rows],
        "pulls_total": sum(counts.values()),
        "chosen": chosen,
        "pulls_query": query(state=chosen if chosen != "all" and not person.is_ghost else ""),
        "certificates": certificates,
        "in_force": sum(1 for one in certificates if one.state == "active"),
    }


def _states(request: HttpRequest, person: Person) -> tuple[dict[str, int], str]:
    """Return the counts by state and which are shown: of a ghost, merged ones alone."""
    counts = pull_states_of(person.contributor.pk)
    if person.is_ghost:
        return {"merged": counts.get("merged", 0)}, "merged"
    chosen = text_of(request, "state") or "all"
    return counts, chosen if chosen in pull_words.GROUPS else "all"


@require_safe
def points(request: HttpRequest, login: str) -> HttpResponse:
    """Show every line of a person, a page at a time."""
    person, book = access(login), book_or_none()
    if person.login != login:
        return redirect("points", login=person.login)
    if book is None:
        raise Http404("There are no rules yet.")
    show = text_of(request, "show") or "all"
    if show not in SHOWS:
        raise Http404("There is no such list of lines.")
    try:
        found = lines_of(
            person.contributor.pk, book, show=show, after=request.GET.get("after", ""), limit=ROWS
        )
    except InvalidCursor:
        raise Http404("This page of the lines is not there any more.") from None
    summary = summary_of(person.contributor.pk)
    context = {
        "person": person,
        "lines": [line_words.line_view(one, has_hours=not person.is_ghost) for one in found.rows],
        "tabs": line_words.tabs(summary.pending, summary.settled, summary.nothing, show),
        "show": show,
        "next": query(show=show if show != "all" else "", after=found.next) if found.next else "",
        "first": query(show=show if show != "all" else "") if "after" in request.GET else "",
        "is_later": "after" in request.GET,
        "size": ROWS,
    }
    return page(request, "contributor/points", context, is_indexed=not person.is_ghost)


@require_safe
def points_csv(request: HttpRequest, login: str) -> HttpResponseBase:
    """Answer with all lines of a person as CSV."""
    person, book = access(login), book_or_none()
    if book is None:
        raise Http404("There are no rules yet.")
    header = (
        *("kind", "subject", "title", "points", "state", "occurred", "settles", "rules"),
        *("version", "sentence", "steps"),
    )
    rows = _line_cells(person, book)
    return csv_response(f"points-{person.login}", header, rows)


def _line_cells(person: Person, book: Rulebook) -> Iterator[tuple[Cell, ...]]:
    when = words.iso_day if person.is_ghost else words.iso
    after = ""
    while True:
        found = lines_of(person.contributor.pk, book, after=after, limit=500)
        for line in found.rows:
            view = line_words.line_view(line, has_hours=not person.is_ghost)
            steps = "; ".join(" ".join(filter(None, row)) for row in step_rows(line.steps))
            yield (
                line.kind, view.subject, line.title, line.points, view.state,
                when(line.occurred_at),
                words.iso_day(line.settles_at) if line.settles_at is not None else None,
                line.rules, line.version, line.sentence, steps,
            )  # fmt: skip
        if not found.next:
            return
        after = found.next


@require_safe
def pulls(request: HttpRequest, login: str) -> HttpResponse:
    """Show a person's pull requests by state; of a ghost, the merged ones."""
    person = access(login)
    if person.login != login:
        return redirect("pulls", login=person.login)
    counts, chosen = _states(request, person)
    after = request.GET.get("after", "")
    try:
        found = pulls_of(
            person.contributor.pk, pull_words.GROUPS[chosen][1], after=after, limit=ROWS
        )
    except InvalidCursor:
        raise Http404("This page of the list is not there any more.") from None
    state = chosen if chosen != "all" and not person.is_ghost else ""
    context = {
        "person": person,
        "tabs": pull_words.tabs(counts, chosen) if not person.is_ghost else [],
        "pulls": [pull_words.pull_view(row) for row in found.rows],
        "total": sum(counts.values()),
        "next": query(state=state, after=found.next) if found.next else "",
        "first": query(state=state),
        "is_later": bool(after),
        "size": ROWS,
    }
    return page(request, "contributor/pulls", context, is_indexed=not person.is_ghost)


@require_safe
def pulls_csv(request: HttpRequest, login: str) -> HttpResponseBase:
    """Answer with a person's pull requests as CSV; of a ghost, the merged ones."""
    person = access(login)
    states = ("merged",) if person.is_ghost else ()
    found = pulls_of(person.contributor.pk, states, limit=None)
    when = words.iso_day if person.is_ghost else words.iso
    header = ("subject", "title", "state", "opened", "merged", "closed")

    def cell(instant: int | None) -> str | None:
        return None if instant is None else when(instant)

    rows = (
        (r.subject, r.title, r.state, cell(r.created_at), cell(r.merged_at), cell(r.closed_at))
        for r in found.rows
    )
    return csv_response(f"pull-requests-{person.login}", header, rows)


@require_safe
def days_csv(request: HttpRequest, login: str) -> HttpResponseBase:
    """Answer with a person's contributions by day as CSV."""
    person = access(login)
    counts = people.day_counts(days_of(person.contributor.pk), is_ghost=person.is_ghost)
    rows = ((day.isoformat(), count) for day, count in counts.items() if count)
    return csv_response(f"days-{person.login}", ("day", "contributions"), rows)
