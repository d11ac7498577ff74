"""The metrics of one person: percentile strips, what they are compared with, what is not known."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from laurels.apps.metrics.selectors import history_payload
from laurels.domain.metric_names import OSS_ISSUES, OSS_REVIEWS
from laurels.domain.percentiles import Mode
from laurels.web.access import asker
from laurels.web.csv import csv_response
from laurels.web.measured import may_compare, measured_person, payloads_of
from laurels.web.pages import page, text_of
from laurels.web.presenters import metrics as presented
from laurels.web.presenters.beside import side_rows
from laurels.web.presenters.metric_cells import COLUMNS, cells
from laurels.web.presenters.strips import Strip
from laurels.web.presenters.trends import trends
from laurels.web.views.contributors import access

RUNS = 12
"""So many computations are shown as the trend."""


@require_safe
def metrics(request: HttpRequest, login: str) -> HttpResponseBase:
    """Show the nine metrics of a person in one of three modes."""
    person, mode = access(login), mode_of(request)
    tracked = measured_person(request, person.contributor.pk)
    if person.login != login:
        return redirect(f"{reverse('metrics', args=[person.login])}?mode={mode.value}")
    context: dict[str, Any] = {
        "person": person,
        "is_own": asker(request).contributor == tracked.id,
        "is_open": tracked.is_open,
        "can_compare": may_compare(request),
    }
    told = payloads_of([tracked], mode).get(tracked.id)
    if told is None:
        return page(request, "metrics/none", context, is_indexed=False)
    view = presented.metrics_view(told)
    context |= {
        "view": view,
        "tabs": presented.mode_tabs(mode),
        "groups": [
            (heading, [(one, _evidence(one, person.login, mode)) for one in held])
            for heading, held in view.groups
        ],
        "sides": side_rows(told["beside"]),
        "trend": trends(history_payload(tracked.id, mode=mode, limit=RUNS)["rows"]),
    }
    return page(request, "metrics/page", context, is_indexed=tracked.is_open)


@require_safe
def metrics_csv(request: HttpRequest, login: str) -> HttpResponseBase:
    """Answer with a person's metrics as CSV, a row a metric."""
    person, mode = access(login), mode_of(request)
    tracked = measured_person(request, person.contributor.pk)
    told = payloads_of([tracked], mode).get(tracked.id)
    if told is None:
        raise Http404(f"No metrics of {person.login} have been computed yet.")
    return csv_response(f"metrics-{person.login}-{mode.value}", COLUMNS, cells(told))


def mode_of(request: HttpRequest) -> Mode:
    """Return the mode of an address; 404 for an unknown one."""
    mode = presented.mode_of(text_of(request, "mode"))
    if mode is None:
        raise Http404("There are three modes: fair, inverted and raw.")
    return mode


def _evidence(one: Strip, login: str, mode: Mode) -> str:
    """Return where the pull requests behind a metric are; "" where it is a count of the profile."""
    if one.name in (OSS_REVIEWS, OSS_ISSUES):
        return ""
    query = "" if mode is Mode.FAIR else f"?mode={mode.value}"
    return f"{reverse('evidence', args=[login, one.name])}{query}"
