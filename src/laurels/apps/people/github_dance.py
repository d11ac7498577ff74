"""GitHub as allauth sees it.

allauth does the dance of OAuth and nothing else: it sends people to GitHub with a state bound to
their browser's session (single use, ten minutes) and PKCE, and exchanges the code. It stores no
user, no account and no token; what GitHub said is handed to `laurels.apps.people.github_door`.
Not named `provider`: allauth would load that in every process, and with it an HTTP client.
"""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.providers import registry
from allauth.socialaccount.providers.base import ProviderException
from allauth.socialaccount.providers.github.provider import GitHubProvider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse


class GitHubDance(OAuth2Adapter):
    """Where GitHub answers, by the operator's settings."""

    provider_id = "github"
    headers = {"Accept": "application/json"}

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        web = settings.LAURELS.github_web_url
        self.authorize_url = f"{web}/login/oauth/authorize"
        self.access_token_url = f"{web}/login/oauth/access_token"
        self.profile_url = f"{settings.LAURELS.github_api_url}/user"

    def get_callback_url(self, request: HttpRequest, app: Any) -> str:
        """Return our address as people reach it, whatever host the request names."""
        return f"{settings.LAURELS.public_url}{reverse('github_callback')}"

    def parse_token(self, data: dict[str, Any]) -> Any:
        """Keep the scopes that GitHub granted beside the token; it may grant fewer."""
        token = super().parse_token(data)
        token.granted_scopes = str(data.get("scope", ""))
        return token

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Ask GitHub who the token belongs to."""
        headers = {
            "Authorization": f"Bearer {token.token}",
            "Accept": "application/vnd.github+json",
        }
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.profile_url, headers=headers, allow_redirects=False)
            answer.raise_for_status()
            said = answer.json()
        if not isinstance(said, dict) or not isinstance(said.get("id"), int):
            raise ProviderException("the answer has no numeric id")
        kept = {name: said.get(name) for name in ("id", "login", "type")}
        return self.get_provider().sociallogin_from_response(request, kept)


class LaurelsGitHub(GitHubProvider):
    """GitHub with PKCE, asking to read the public profile and no e-mail address."""

    pkce_enabled_default = True
    oauth2_adapter_class = GitHubDance

    def get_default_scope(self) -> list[str]:
        """Return the least that says who somebody is."""
        return ["read:user"]


registry.register(LaurelsGitHub)
