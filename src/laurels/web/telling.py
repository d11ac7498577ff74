"""After a form: do what it asks, say what came of it, and lead back to a page."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from laurels.apps.people.errors import NotFound
from laurels.apps.projects.errors import ProjectFaults, StateConflict

Again = Callable[[ProjectFaults], HttpResponseBase]
"""Answers with the form once more: what was typed, and what is wrong with each field."""


def tried(
    request: HttpRequest,
    work: Callable[[], object],
    told: str,
    back: str,
    again: Again | None = None,
    *,
    refused_back: str = "",
) -> HttpResponseBase:
    """Run `work` and lead to the address `back`, where `told` or the refusal is read.

    A refusal leads to `refused_back` where that is another page.

    What is not there, or is not the asker's to know of, is not found (404). Faults of fields are
    shown `again` beside them where the form has fields to type into.
    """
    try:
        work()
        messages.success(request, told)
    except NotFound as error:
        raise Http404(sentence(str(error))) from None
    except (StateConflict, ProjectFaults) as error:
        if again is not None and isinstance(error, ProjectFaults):
            return again(error)
        messages.error(request, f"Nothing was changed: {error}.")
        return see(refused_back or back)
    return see(back)


def see(address: str) -> HttpResponse:
    """Lead to an address of ours with a GET, whatever came before (303)."""
    answer = redirect(address)
    answer.status_code = 303
    return answer


def sentence(text: str) -> str:
    """Return a text as a sentence."""
    return text[:1].upper() + text[1:] + ("" if text.endswith(".") else ".")


def posted(request: HttpRequest, name: str, most: int = 2_000) -> str:
    """Return a field of a form without white space around it, cut to a sane length."""
    return request.POST.get(name, "").replace("\x00", "").strip()[:most]
