"""Who asks the API: a browser that is signed in, an access token, or a personal token.

Whatever was shown is compared with the database at each request: bans, logouts and revocations
bite at once. Routes ask `allow` for the decision; nothing else decides.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from ninja.security import APIKeyCookie, HttpBearer

from laurels.adapters.throttle import Rule
from laurels.adapters.tokens import TokenRefused
from laurels.api.limits import count
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors_access import (
    PERSONAL_PREFIX,
    Bearer,
    bearer_of_access,
    bearer_of_personal,
    dressed,
)
from laurels.apps.people.services.api_tokens import personal_token_used
from laurels.apps.projects.selectors_roles import asker_and_asked
from laurels.domain.policies import Asker, Resource, decide

_PERSON = Rule("api-person", 1_200, 60)


class NotAllowed(Exception):
    """The policy refuses; `code` is its reason."""

    status_code = 403

    def __init__(self, code: str, message: str = "You may not do this.") -> None:
        super().__init__(message)
        self.code = code


class Session(APIKeyCookie):
    """The session of a browser; unsafe methods need the CSRF token as forms do."""

    param_name = settings.SESSION_COOKIE_NAME

    def authenticate(self, request: HttpRequest, key: str | None) -> Contributor | None:
        """Return who is signed in; the middleware has looked already."""
        person: Contributor | None = getattr(request, "contributor", None)
        if person is not None:
            request.bearer = None  # type: ignore[attr-defined]
            count(request, _PERSON, f"person:{person.pk}")
        return person


class Token(HttpBearer):
    """An access token of half an hour, or a personal token (`lrl_…`)."""

    takes_personal = True

    def __call__(self, request: HttpRequest) -> Any:
        """Read the header; another scheme than Bearer is no token, and is never logged."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self.authenticate(request, token.strip()) if scheme.lower() == "bearer" else None

    def authenticate(self, request: HttpRequest, token: str) -> Contributor:
        """Return whose token it is; raises TokenInvalid or TokenRefused."""
        now: int = settings.LAURELS_CLOCK.now()
        found = self._find(token, now)
        person = found.contributor
        request.contributor = person  # type: ignore[attr-defined]
        request.user = dressed(person, settings.LAURELS.staff)
        request.bearer = found  # type: ignore[attr-defined]
        count(request, _PERSON, f"person:{person.pk}")
        if found.personal is not None:
            personal_token_used(found.personal, now=now)
        return person

    def _find(self, token: str, now: int) -> Bearer:
        if token.startswith(PERSONAL_PREFIX):
            if not self.takes_personal:
                raise TokenRefused("personal_token", "A personal token does not serve here.")
            return bearer_of_personal(token, now=now)
        claims = settings.LAURELS_ACCESS_TOKENS.read(token, now=now)
        return bearer_of_access(claims, now=now)


class AccessToken(Token):
    """An access token alone: a personal token cannot make others like it."""

    takes_personal = False


EVERYBODY = [Token(), Session()]
IN_PERSON = [AccessToken(), Session()]


def check_scope(request: HttpRequest, scope: str) -> None:
    """Let only tokens with this scope pass; raises NotAllowed. Sessions may do all."""
    bearer: Bearer | None = getattr(request, "bearer", None)
    if bearer is not None and bearer.scopes is not None and scope not in bearer.scopes:
        raise NotAllowed("scope_missing", f"The token lacks the scope {scope!r}.")


def asker_in_full(request: HttpRequest, *, now: int) -> Asker:
    """Return who asks with all their roles (one statement); they were let in just now."""
    person: Contributor = request.contributor  # type: ignore[attr-defined]
    is_staff = bool(getattr(request.user, "is_staff", False))
    return asker_and_asked(person, now=now, is_staff=is_staff)[0]


def allow(request: HttpRequest, action: str, *, scope: str, person: int | None = None) -> None:
    """Let an action pass; raises NotAllowed. `scope` is what a personal token needs for it."""
    check_scope(request, scope)
    asking: Contributor | None = getattr(request, "contributor", None)
    asker = Asker(
        contributor=None if asking is None else asking.pk,
        is_staff=bool(getattr(request.user, "is_staff", False)),
    )
    decision = decide(asker, action, Resource(person=person))
    if not decision:
        raise NotAllowed(str(decision.reason))
