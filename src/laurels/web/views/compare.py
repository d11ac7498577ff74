"""Up to five people beside each other, for the teams of projects: no script needed.

Who signed in may be compared by every team; who did not, by the teams of projects they contributed
to and by the program's people, and such a look is on record. An unknown login and one that may not
be looked at are told apart only to who may look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from laurels.domain.percentiles import Mode
from laurels.web.access import refusal
from laurels.web.csv import Cell, csv_response
from laurels.web.measured import COMPARE, Looked, look_up, may_compare, payloads_of
from laurels.web.pages import page
from laurels.web.presenters import comparison as presented
from laurels.web.presenters.comparison import MOST, Column, Payload, address
from laurels.web.presenters.metric_cells import COLUMNS, cells
from laurels.web.presenters.metrics import MODES, mode_tabs
from laurels.web.views.metrics import mode_of

_LOGIN_MOST = 40


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of the people: `column` is None where nothing has been computed of them."""

    login: str
    is_open: bool
    column: Column | None
    without: str


@never_cache
@require_safe
def compare(request: HttpRequest) -> HttpResponseBase:
    """Show the people whom the address names beside each other, and a form for one more."""
    answer = _refusal(request)
    if answer is not None:
        return answer
    mode = mode_of(request)
    looked, told = _read(request, mode)
    logins = [one.login for one in looked.people]
    view = presented.comparison(told, mode) if told else None
    columns = {one.login: one for one in view.people} if view else {}
    context: dict[str, Any] = {
        "most": MOST,
        "mode": mode,
        "about_mode": MODES[mode][1],
        "tabs": mode_tabs(mode, urlencode([("login", login) for login in logins])),
        "chosen": logins,
        "query": address(logins, mode),
        "faults": _faults(looked),
        "view": view,
        "people": [
            Chosen(
                login=one.login,
                is_open=one.is_open,
                column=columns.get(one.login),
                without=address([other for other in logins if other != one.login], mode),
            )
            for one in looked.people
        ],
    }
    return page(request, "metrics/compare", context, is_indexed=False)


@never_cache
@require_safe
def compare_csv(request: HttpRequest) -> HttpResponseBase:
    """Answer with the same as CSV, a row a person and metric."""
    answer = _refusal(request)
    if answer is not None:
        return answer
    mode = mode_of(request)
    _, told = _read(request, mode)
    rows: Iterator[tuple[Cell, ...]] = chain.from_iterable(cells(one) for one in told)
    return csv_response(f"comparison-{mode.value}", COLUMNS, rows)


def _refusal(request: HttpRequest) -> HttpResponseBase | None:
    return None if may_compare(request) else refusal(request, COMPARE)


def _read(request: HttpRequest, mode: Mode) -> tuple[Looked, Sequence[Payload]]:
    looked = look_up(request, _logins(request), most=MOST)
    payloads = payloads_of(looked.people, mode)
    return looked, [payloads[one.id] for one in looked.people if one.id in payloads]


def _logins(request: HttpRequest) -> list[str]:
    given = (login.replace("\x00", "").strip() for login in request.GET.getlist("login"))
    return list(dict.fromkeys(login[:_LOGIN_MOST] for login in given if login))


def _faults(looked: Looked) -> list[str]:
    found = [f"Nobody here is, or was, called {login}." for login in looked.unknown]
    found += [
        f"{login} has not signed in and contributed to no project of yours, so there is nothing to "
        "show."
        for login in looked.hidden
    ]
    if looked.beyond:
        found.append(f"Only {MOST} people are compared at once; the others were left out.")
    return found
