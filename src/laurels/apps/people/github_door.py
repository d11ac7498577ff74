"""Sending people to GitHub and hearing what it says of them when they come back.

Guarantee: `finish` returns only for a code that GitHub accepted, in the browser that was sent
there, within ten minutes, once. Whatever else happens is a SignInRefused with a stable code.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NoReturn

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.crypto import get_random_string
from django.utils.http import url_has_allowed_host_and_scheme

from laurels.apps.people.errors import SignInRefused
from laurels.apps.people.github_dance import GitHubDance
from laurels.apps.people.services.signing_in import Grant, Identity

HOOK_SCOPE = "admin:repo_hook"
_MOST_CHARACTERS = 500


@dataclass(frozen=True, slots=True)
class Came:
    """What GitHub said, and the own path that the person wanted to go to."""

    identity: Identity
    grant: Grant
    next_path: str


class Adapter(DefaultSocialAccountAdapter):  # type: ignore[misc] # allauth is not typed
    """allauth's hooks: the app comes from our settings, and nobody is signed up by allauth."""

    def list_apps(
        self, request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Return the one app that the operator set, never one from the database."""
        ours = settings.LAURELS
        if not ours.can_sign_in:
            return []
        return [
            SocialApp(
                provider="github",
                name="GitHub",
                client_id=ours.github_client_id,
                secret=ours.github_client_secret,
            )
        ]

    def generate_state_param(self, state: dict[str, Any]) -> str:
        """Return a state that cannot be guessed: 190 bits."""
        return str(get_random_string(32))

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> NoReturn:
        """Stop allauth here: what GitHub said is ours to act on."""
        said, token = sociallogin.account.extra_data, sociallogin.token
        expires = token.expires_at
        request.laurels_came = Came(  # type: ignore[attr-defined]
            Identity(int(said["id"]), str(said.get("login") or ""), str(said.get("type") or "")),
            Grant(
                token.token,
                refresh=token.token_secret,
                expires_at=None if expires is None else int(expires.timestamp()),
                scopes=token.granted_scopes,
            ),
            sociallogin.state.get("next") or "/",
        )
        raise ImmediateHttpResponse(HttpResponse())

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Any,
        error: Any = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> NoReturn:
        """Say what went wrong in our words; GitHub's own answer may hold what nobody should see."""
        if error == AuthError.CANCELLED:
            raise SignInRefused("cancelled", "You did not let this program know who you are.")
        if isinstance(exception, OAuth2Error):
            raise SignInRefused(
                "code_refused", "GitHub did not accept the code: it was used before or ran out."
            )
        if exception is not None:
            raise SignInRefused(
                "github_unavailable", "GitHub did not answer as it should.", status_code=502
            )
        if "state" in (extra_context or {}):
            raise SignInRefused("code_missing", "GitHub sent you back without a code.")
        raise SignInRefused(
            "state_invalid",
            "This sign-in was begun in another browser, was used before, or is over ten minutes"
            " old.",
        )


def own_path(text: str) -> str:
    """Return a path of this installation to go to; raises SignInRefused for any other place."""
    path = text.strip() or "/"
    is_plain = path.startswith("/") and "\\" not in path and path.isprintable()
    if (
        len(path) > _MOST_CHARACTERS
        or not is_plain
        or path.startswith("//")
        or not url_has_allowed_host_and_scheme(path, allowed_hosts=None)
    ):
        raise SignInRefused(
            "next_refused", "The address to go to afterwards is not one of ours.", status_code=400
        )
    return path


def start(request: HttpRequest, *, next_path: str, may_hook: bool = False) -> HttpResponseBase:
    """Send a person to GitHub; `may_hook` asks for the right to make webhooks as well."""
    if not settings.LAURELS.can_sign_in:
        raise SignInRefused(
            "not_set_up", "Signing in with GitHub is not set up here.", status_code=503
        )
    provider = Adapter(request).get_provider(request, provider="github")
    scope = [*provider.get_scope(), *([HOOK_SCOPE] if may_hook else [])]
    answer: HttpResponseBase = provider.redirect(
        request, process="login", next_url=own_path(next_path), scope=scope
    )
    return answer


def finish(request: HttpRequest) -> Came:
    """Return what GitHub said of the person who comes back; raises SignInRefused."""
    if not settings.LAURELS.can_sign_in:
        raise SignInRefused(
            "not_set_up", "Signing in with GitHub is not set up here.", status_code=503
        )
    _callback(request)
    came = getattr(request, "laurels_came", None)
    if not isinstance(came, Came):
        raise SignInRefused("state_invalid", "This sign-in cannot be taken up.")
    own_path(came.next_path)
    return came


_callback = OAuth2CallbackView.adapter_view(GitHubDance)
