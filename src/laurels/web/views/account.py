"""One's own account: where one is signed in, tokens, one's data, closing and erasing."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.intake.selectors_sync import read_at_of, stale_of
from laurels.apps.metrics.selectors.jobs import own_reading_of
from laurels.apps.people.errors import TokenFaults, TooManyTokens
from laurels.apps.people.models import Contributor, GitHubToken
from laurels.apps.people.selectors import aliases_of
from laurels.apps.people.selectors_access import personal_tokens_of, sign_ins_of
from laurels.apps.people.services import access
from laurels.apps.people.services.accounts import account_close
from laurels.apps.people.services.api_tokens import (
    LONGEST_DAYS,
    NAME_MOST,
    SCOPES,
    personal_token_create,
)
from laurels.apps.recognition.selectors_export import export_of
from laurels.apps.recognition.services import person_erase
from laurels.web.access import own_door
from laurels.web.pages import now, page
from laurels.web.presenters.faults import NOTHING, Texts, Wrong, sentences
from laurels.web.presenters.readings import waiting_view
from laurels.web.telling import posted

_DAYS, _DAYS_MOST = "90", 10
_TOKEN_LABELS = {
    "name": "what it is for",
    "scopes": "what it may",
    "lasts_days": "days until it runs out",
}
_ERASED = "asked for by the person"
_READING_ENDED = {
    "token_invalid": "GitHub refused the token that you gave this program. Sign in again.",
    "token_reference_refused": "It waited longer than it may keep your token. Ask again.",
    "subject_missing": "GitHub shows nobody of this account.",
}
_ASKED = {
    "queued": (messages.SUCCESS, "Your work is being read from GitHub. It may take some minutes."),
    "waiting": (messages.INFO, "Your work is being read already."),
    "recent": (messages.INFO, "Your work was read just now. Ask again in a quarter of an hour."),
    "no_token": (messages.ERROR, "There is no token of yours to read with: sign in again first."),
}


def _show(request: HttpRequest, person: Contributor, **more: Any) -> HttpResponse:
    sign_in = request.sign_in  # type: ignore[attr-defined]
    held = GitHubToken.objects.filter(contributor=person).order_by("-id").first()
    reading = own_reading_of(person.pk)
    context = {
        "person": person,
        "aliases": aliases_of(person.pk),
        "sign_ins": sign_ins_of(person.pk),
        "here": None if sign_in is None else sign_in.pk,
        "tokens": personal_tokens_of(person.pk),
        "scopes": SCOPES.items(),
        "longest_days": LONGEST_DAYS,
        "held": held,
        "reading": reading,
        "read_at": read_at_of(person),
        "reading_fault": _reading_fault(reading.reason),
        "waiting": waiting_view(stale_of(person.pk)),
        "now": now(),
        "made": None,
        "fault": "",
        "wrong": NOTHING,
        "given": Texts(name="", lasts_days=_DAYS),
        "chosen": ["read"],
        "name_most": NAME_MOST,
        "erase_fault": "",
        **more,
    }
    status = more.get("status", 200)
    return page(request, "account/page", context, status=status, is_indexed=False)


def _reading_fault(reason: str) -> str:
    """Say in a sentence why the last reading of one's work ended, if it did."""
    return _READING_ENDED.get(reason, "It could not be read. Ask again.") if reason else ""


@own_door("account:read", "GET", "HEAD")
def account(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """Show one's own account."""
    return _show(request, person)


@own_door("account:read", "POST")
def end_sign_in(request: HttpRequest, person: Contributor, sign_in: int) -> HttpResponseBase:
    """End one of one's own sign-ins."""
    acting = as_contributor(person.ref)
    if not access.sign_in_end(sign_in, contributor_id=person.pk, now=now(), acting=acting):
        raise Http404
    messages.success(request, "Signed out there.")
    return redirect("account")


@own_door("account:read", "POST")
def end_everywhere(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """End every session and every token of a program that came from one."""
    access.access_end(
        person.pk, reason=access.EVERYWHERE, now=now(), acting=as_contributor(person.ref)
    )
    logout(request)
    return redirect("home")


@own_door("account:read", "POST")
def read_own(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """Have one's own work read from GitHub with the token that one gave."""
    from laurels.apps.metrics.services.own_reading import own_reading_ask

    asked = own_reading_ask(person, now=now(), acting=as_contributor(person.ref))
    messages.add_message(request, *_ASKED[asked.value])
    return redirect("account")


@own_door("token:manage", "POST")
def make_token(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """Make a personal token and show it, once."""
    days, scopes = request.POST.get("lasts_days", ""), request.POST.getlist("scopes")
    given = Texts(name=posted(request, "name", NAME_MOST), lasts_days=days[:_DAYS_MOST])
    form: dict[str, Any] = {"given": given, "chosen": scopes}
    try:
        row, token = personal_token_create(
            person,
            name=request.POST.get("name", ""),
            scopes=scopes,
            lasts_days=int(days) if days.isascii() and days.isdigit() else 0,
            now=now(),
            acting=as_contributor(person.ref),
        )
    except TooManyTokens as error:
        return _show(request, person, **form, fault=str(error), status=409)
    except TokenFaults as error:
        wrong = Wrong("t", None, given, sentences(error.faults), _TOKEN_LABELS)
        return _show(request, person, **form, wrong=wrong, status=422)
    return _show(request, person, made={"token": token, "name": row.name})


@own_door("token:manage", "POST")
def revoke_token(request: HttpRequest, person: Contributor, token: int) -> HttpResponseBase:
    """Revoke one of one's own tokens."""
    acting = as_contributor(person.ref)
    if not access.personal_token_revoke(token, contributor_id=person.pk, now=now(), acting=acting):
        raise Http404
    messages.success(request, "The token is revoked.")
    return redirect("account")


@own_door("account:export", "GET", "HEAD")
def export(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """Give everything kept about the person, as a JSON file."""
    text = json.dumps(export_of(person, now=now()), ensure_ascii=False, indent=2)
    return HttpResponse(
        text,
        content_type="application/json; charset=utf-8",
        headers={
            "Content-Disposition": 'attachment; filename="laurels-export.json"',
            "X-Robots-Tag": "noindex",
        },
    )


@own_door("account:erase", "POST")
def close(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """Close one's account until one signs in again."""
    account_close(person.pk, now=now(), acting=as_contributor(person.ref))
    logout(request)
    return redirect("home")


@own_door("account:erase", "POST")
def erase(request: HttpRequest, person: Contributor) -> HttpResponseBase:
    """Erase oneself for good, after typing one's own login."""
    if request.POST.get("login", "").strip().casefold() != person.login_key:
        return _show(
            request, person, erase_fault="Type your login exactly; nothing was erased.", status=422
        )
    person_erase(person.pk, reason=_ERASED, now=now(), acting=as_contributor(person.ref))
    logout(request)
    request.contributor = request.asker = None  # type: ignore[attr-defined] # nobody in the head
    return page(
        request,
        "account/erased",
        {"program": settings.LAURELS.program_name},
        is_indexed=False,
    )
