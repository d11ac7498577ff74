"""What every view uses: the time, the answer, and which season is shown first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from laurels.apps.intake.selectors_pages import freshness
from laurels.web.once import once

_TEXT_MOST = 100


def now() -> int:
    """Return the instant by the clock of this process."""
    instant: int = settings.LAURELS_CLOCK.now()
    return instant


def data_now() -> int:
    """Return the instant that pictures end at: now, or where the data ends before it."""
    instant, fresh = now(), once("freshness", freshness)
    if fresh.coverage is None:
        return instant
    return min(instant, max(fresh.coverage.until, fresh.live_to or 0))


def page(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    status: int = 200,
    is_indexed: bool = True,
) -> HttpResponse:
    """Answer with a page; one that is not to be indexed says so in its head and header."""
    response = render(
        request, f"web/{template}.html", {**context, "is_indexed": is_indexed}, status=status
    )
    if not is_indexed:
        response["X-Robots-Tag"] = "noindex"
    return response


def text_of(request: HttpRequest, name: str) -> str:
    """Return a word of the query without the white space around it, cut to a sane length."""
    return request.GET.get(name, "").replace("\x00", "").strip()[:_TEXT_MOST]
