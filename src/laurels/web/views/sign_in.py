"""Signing in with GitHub and out again; each refusal has a page with a stable code."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from laurels.adapters.throttle import Rule
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.people.addresses import address_of
from laurels.apps.people.errors import SignInRefused
from laurels.apps.people.middleware import SESSION_KEY
from laurels.apps.people.services.access import sign_in_end
from laurels.apps.people.services.signing_in import sign_in_complete
from laurels.web.pages import now, page

_BACKEND = "django.contrib.auth.backends.ModelBackend"
_HOOKS = "hooks"
_LIMIT = Rule("sign-in", 20, 60, fails_closed=True)


def refused(request: HttpRequest, error: SignInRefused) -> HttpResponse:
    """Answer with the page that says why somebody is not signed in."""
    context = {"reason": str(error), "code": error.code, "status": error.status_code}
    answer = page(request, "sign_in/refused", context, status=error.status_code, is_indexed=False)
    if error.retry_after:
        answer["Retry-After"] = str(error.retry_after)
    return answer


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponseBase:
    """Say what signing in gives, and send people to GitHub when they press the button."""
    from laurels.apps.people.github_door import own_path, start  # see `come_back`

    asked = request.POST if request.method == "POST" else request.GET
    more = asked.get("for", "")
    try:
        next_path = own_path(asked.get("next", "/"))
        if request.method == "POST":
            _count(request)
            return start(request, next_path=next_path, may_hook=more == _HOOKS)
    except SignInRefused as error:
        return refused(request, error)
    person = request.contributor  # type: ignore[attr-defined]
    context = {
        "next": next_path,
        "more": more if more == _HOOKS else "",
        "is_set_up": settings.LAURELS.can_sign_in,
        "login": "" if person is None else person.login,
    }
    answer = page(request, "sign_in/page", context, is_indexed=False)
    # Browsers hold the redirect after a form to the same rule as the form.
    place = urlsplit(settings.LAURELS.github_web_url)
    answer._csp_update = {"form-action": [f"{place.scheme}://{place.netloc}"]}  # type: ignore[attr-defined]
    return answer


@never_cache
@require_safe
@sensitive_variables()
def come_back(request: HttpRequest) -> HttpResponseBase:
    """Let in who GitHub sends back with a good code, under a session made anew."""
    # Loaded at the first sign-in: the HTTP client behind it takes 10 MB that a server may not need.
    from laurels.apps.people.github_door import finish

    try:
        _count(request)
        came = finish(request)
        done = sign_in_complete(
            came.identity,
            came.grant,
            agent=request.headers.get("User-Agent", ""),
            bot_logins=settings.LAURELS.bot_logins,
            vault=settings.LAURELS_VAULT,
            now=now(),
        )
    except SignInRefused as error:
        return refused(request, error)
    _leave(request)
    request.session.flush()
    login(request, done.user, backend=_BACKEND)
    request.session[SESSION_KEY] = done.secret
    return redirect(came.next_path)


@never_cache
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End this browser's session, and the tokens for the API that were made in it."""
    _leave(request)
    logout(request)
    return redirect("home")


def _count(request: HttpRequest) -> None:
    """Count an attempt to sign in; refused too where counting itself fails."""
    standing = settings.LAURELS_THROTTLE.hit(_LIMIT, address_of(request))
    if standing.is_blind:
        raise SignInRefused(
            "unavailable",
            "Attempts to sign in cannot be counted at the moment, so nobody is let in. Try again"
            " in a while.",
            status_code=503,
            retry_after=standing.retry_after,
        )
    if not standing.allowed:
        raise SignInRefused(
            "too_many_requests",
            f"Too many attempts from your address; try again in {standing.retry_after} seconds.",
            status_code=429,
            retry_after=standing.retry_after,
        )


def _leave(request: HttpRequest) -> None:
    sign_in = getattr(request, "sign_in", None)
    if sign_in is not None:
        person = sign_in.contributor
        sign_in_end(
            sign_in.pk, contributor_id=person.pk, now=now(), acting=as_contributor(person.ref)
        )
