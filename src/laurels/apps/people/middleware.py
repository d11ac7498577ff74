"""Who asks, at every request: sessions that ended, bans and rights taken away bite at once.

Sets `request.contributor` (None for visitors and for the operator's browser), `request.sign_in`,
and `request.user` with the rights of this moment. A visitor without a session cookie costs no
statement, who is signed in costs the session and one more.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import OperationalError
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from laurels.apps.people.selectors_access import contributor_of, dressed, signed_in
from laurels.apps.people.services.access import sign_in_seen

SESSION_KEY = "laurels_sign_in"
SEEN_SECONDS = 3_600


def who_asks(
    get_response: Callable[[HttpRequest], HttpResponseBase],
) -> Callable[[HttpRequest], HttpResponseBase]:
    """Find out who asks, before any view does."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        request.contributor = None  # type: ignore[attr-defined]
        request.sign_in = None  # type: ignore[attr-defined]
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            _recognise(request)
        return get_response(request)

    return middleware


def _recognise(request: HttpRequest) -> None:
    secret = request.session.get(SESSION_KEY)
    if secret is None:
        # The operator's one-time link makes a session of its own; a person has no other way in.
        if request.user.is_authenticated and contributor_of(request.user) is not None:
            _forget(request)
        return
    now: int = settings.LAURELS_CLOCK.now()
    found = signed_in(secret, now=now)
    if found is None or found.contributor.user is None:
        _forget(request)
        return
    request.user = dressed(found.contributor, settings.LAURELS.staff)
    request.contributor = found.contributor  # type: ignore[attr-defined]
    request.sign_in = found  # type: ignore[attr-defined]
    if now - found.seen_at >= SEEN_SECONDS:
        with suppress(OperationalError):  # a page does not fail because the database is busy
            sign_in_seen(found.pk, now=now)


def _forget(request: HttpRequest) -> None:
    request.session.flush()
    request.user = AnonymousUser()
