"""Checking a certificate by its number: verified or revoked plainly, each step shown."""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from laurels.apps.recognition.models import Certificate
from laurels.apps.recognition.selectors_pages import certificate_find
from laurels.domain.tiers import Tier
from laurels.kit.crockford import InvalidNumber, normalise
from laurels.web.pages import now, page, text_of
from laurels.web.presenters.certificates import document
from laurels.web.presenters.rules import book_or_none

_SHOWN_MOST = 40


@require_safe
def look_up(request: HttpRequest) -> HttpResponse:
    """Ask for a number or address, and lead to its page."""
    asked = text_of(request, "q")
    if not asked:
        fault = "Type the number that stands on the certificate." if "q" in request.GET else ""
        return page(request, "certificate/look_up", {"fault": fault})
    try:
        number = normalise(number_in(asked))
    except InvalidNumber as error:
        return _unknown(request, number_in(asked), str(error))
    return redirect("certificate", number=number)


def number_in(text: str) -> str:
    """Return the number in what somebody typed: itself, or the last part of an address."""
    if "/" not in text:
        return text
    parts = [part for part in urlsplit(text).path.split("/") if part]
    return unquote(parts[-1]) if parts else text


@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """Show a certificate; other spellings of its number lead to the one address."""
    try:
        exact = normalise(number)
    except InvalidNumber as error:
        return _unknown(request, number, str(error))
    if exact != number:
        return redirect("certificate", number=exact)
    found = certificate_find(exact)
    if found is None:
        return _unknown(
            request, number, "The number is well formed, but it was never given out here"
        )
    shown = document(found, _tiers(found), public_url=settings.LAURELS.public_url, now=now())
    is_indexed = found.recipient.claimed_at is not None
    context = {"document": shown, "certificate": found, "instant": now()}
    return page(request, "certificate/page", context, is_indexed=is_indexed)


def _tiers(found: Certificate) -> tuple[Tier, ...]:
    """Return the ladder that was in force when it was issued."""
    book = book_or_none()
    return book.version(found.version_id).ruleset.tiers if book else ()


def _unknown(request: HttpRequest, number: str, fault: str) -> HttpResponse:
    context = {
        "number": number[:_SHOWN_MOST],
        "fault": f"{fault[:1].upper()}{fault[1:]}.",
        "instant": now(),
    }
    return page(request, "certificate/unknown", context, status=404, is_indexed=False)
