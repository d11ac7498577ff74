"""Rules in plain words, with worked examples that are computed from them."""

from __future__ import annotations

from collections.abc import Iterator

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from laurels.apps.projects.models import Project
from laurels.apps.scoring.rulebook import Version
from laurels.apps.scoring.selectors import versions
from laurels.web.csv import Cell, csv_response
from laurels.web.pages import now, page
from laurels.web.presenters.rules import (
    book_or_none,
    headline,
    sections,
    tier_marks,
    version_rows,
)
from laurels.web.views.projects import access


@require_safe
def rules(request: HttpRequest, number: int | None = None) -> HttpResponse:
    """Show the program's rules: those for work opened now, or an older version by number."""
    book = book_or_none()
    if book is None:
        if number is not None:
            raise Http404("There are no rules yet.")
        return page(request, "rules/none", {})
    present = book.program_version(now())
    version = present if number is None else _numbered(book.program, number)
    return _show(request, version, present, None)


@require_safe
def project_rules(request: HttpRequest, slug: str, number: int | None = None) -> HttpResponse:
    """Show the rules that a project adds for its own boards."""
    project = access(slug)
    if project.slug != slug:
        return redirect("project_rules", slug=project.slug, permanent=True)
    book = book_or_none()
    own = book.projects.get(project.pk, ()) if book else ()
    if not own or book is None:
        raise Http404("This project has no rules of its own.")
    present = book.project_version(project.pk, now()) or own[0]
    version = present if number is None else _numbered(own, number)
    return _show(request, version, present, project)


def _numbered(found: tuple[Version, ...], number: int) -> Version:
    for version in found:
        if version.number == number:
            return version
    raise Http404("There is no version of this number.")


def _show(
    request: HttpRequest, version: Version, present: Version, project: Project | None
) -> HttpResponse:
    scope = project.pk if project else None
    listed = [one for one in versions() if one.project_id == scope]
    context = {
        "version": version,
        "present": present,
        "project": project,
        "headline": headline(version),
        "sections": sections(version.ruleset),
        "tiers": tier_marks(version.ruleset),
        "versions": version_rows(listed, now()),
    }
    return page(request, "rules/page", context)


@require_safe
def rules_csv(request: HttpRequest, number: int) -> HttpResponseBase:
    """Answer with every table of a version of the program's rules."""
    book = book_or_none()
    if book is None:
        raise Http404("There are no rules yet.")
    version = _numbered(book.program, number)
    return csv_response(f"rules-{number}", ("section", "first", "second", "third"), _cells(version))


def _cells(version: Version) -> Iterator[tuple[Cell, ...]]:
    for one in sections(version.ruleset):
        if one.section.columns:
            yield one.section.title, *one.section.columns
        for row in one.section.rows:
            yield one.section.title, *row
        for example in one.examples:
            for step in example.rows:
                yield example.title, *step
