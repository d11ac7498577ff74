"""The pull requests behind one number of a person: what counts, what was left out, and why."""

from __future__ import annotations

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.selectors import MetricUnknown, metric_evidence, metrics_latest
from laurels.domain.metric_names import DEFINITIONS
from laurels.domain.percentiles import Mode
from laurels.kit.cursors import InvalidCursor
from laurels.web.measured import measured_person
from laurels.web.pages import page
from laurels.web.presenters.boards import query
from laurels.web.presenters.evidence import evidence_rows
from laurels.web.views.contributors import access
from laurels.web.views.metrics import mode_of

ROWS = 20


@require_safe
def evidence(request: HttpRequest, login: str, metric: str) -> HttpResponseBase:
    """Show the pull requests that a metric was made of, the latest first."""
    person, mode = access(login), mode_of(request)
    tracked = measured_person(request, person.contributor.pk)
    if person.login != login:
        return redirect(f"{reverse('evidence', args=[person.login, metric])}?mode={mode.value}")
    after = request.GET.get("after", "")
    try:
        run = metrics_latest(tracked.id)
        found = metric_evidence(run, metric, mode=mode, after=after, limit=ROWS)
    except (MetricUnknown, MetricsMissing) as error:
        raise Http404(str(error)) from None
    except InvalidCursor:
        raise Http404("This page of the list is not there any more.") from None
    asked = "" if mode is Mode.FAIR else mode.value
    context = {
        "person": person,
        "definition": DEFINITIONS[metric],
        "run": run,
        "mode": mode,
        "rows": evidence_rows(found.rows),
        "message": found.message,
        "back": query(mode=asked),
        "next": query(mode=asked, after=found.next) if found.next else "",
        "is_later": bool(after),
        "size": ROWS,
    }
    return page(request, "metrics/evidence", context, is_indexed=False)
