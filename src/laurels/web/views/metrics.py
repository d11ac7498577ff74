"""The metrics of one person: percentile strips, what they are compared with, what is not known."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from laurels.domain.percentiles import Mode
from laurels.web.access import asker
from laurels.web.csv import csv_response
from laurels.web.measured import payload_of
from laurels.web.pages import page, text_of
from laurels.web.presenters import metrics as presented
from laurels.web.presenters.beside import side_rows
from laurels.web.presenters.metric_cells import COLUMNS, cells
from laurels.web.presenters.person import Person
from laurels.web.presenters.trends import trends
from laurels.web.views.contributors import access

RUNS = 12
"""So many computations are shown as the trend."""


@require_safe
def metrics(request: HttpRequest, login: str) -> HttpResponseBase:
    """Show the nine metrics of a person in one of three modes."""
    person, mode = access_measured(login), mode_of(request)
    if person.login != login:
        return redirect(f"{reverse('metrics', args=[person.login])}?mode={mode.value}")
    context: dict[str, Any] = {
        "person": person,
        "is_own": asker(request).contributor == person.contributor.pk,
    }
    told = payload_of(person.contributor.pk, mode)
    if told is None:
        return page(request, "metrics/none", context)
    view = presented.metrics_view(told)
    context |= {
        "view": view,
        "tabs": presented.mode_tabs(mode),
        "groups": [(heading, [(one, "") for one in held]) for heading, held in view.groups],
        "sides": side_rows(told.get("beside")),
        "trend": trends([told]),
    }
    return page(request, "metrics/page", context)


@require_safe
def metrics_csv(request: HttpRequest, login: str) -> HttpResponseBase:
    """Answer with a person's metrics as CSV, a row a metric."""
    person, mode = access_measured(login), mode_of(request)
    told = payload_of(person.contributor.pk, mode)
    if told is None:
        raise Http404(f"No metrics of {person.login} have been computed yet.")
    return csv_response(f"metrics-{person.login}-{mode.value}", COLUMNS, cells(told))


def access_measured(login: str) -> Person:
    """Return a person whose metrics are public, else 404: of who never signed in there are none."""
    person = access(login)
    if person.is_ghost:
        raise Http404(f"{person.login} has not signed in here, so there is no page of metrics.")
    return person


def mode_of(request: HttpRequest) -> Mode:
    """Return the mode of an address; 404 for an unknown one."""
    mode = presented.mode_of(text_of(request, "mode"))
    if mode is None:
        raise Http404("There are three modes: fair, inverted and raw.")
    return mode
