"""Exchange what refreshes a person's token for GitHub, where an App's tokens end after hours.

GitHub answers the exchange once: afterwards the old token and the old refresh token are void. So a
call that breaks is not repeated here, and nothing of an answer is put into an error.
https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/refreshing-user-access-tokens
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from laurels.adapters.github.client.outcomes import TokenInvalid, Unavailable

if TYPE_CHECKING:
    import httpx2


@dataclass(frozen=True, slots=True)
class Fresh:
    """A new token, the text that refreshes it, and how many seconds it holds (None: always)."""

    token: str = field(repr=False)
    refresh: str = field(repr=False)
    lasts_seconds: int | None
    scopes: str


class _Answer(msgspec.Struct):
    access_token: str = ""
    refresh_token: str = ""
    expires_in: int | None = None
    scope: str = ""
    error: str = ""


class UserTokens:
    """Asks GitHub for new tokens of people, as the App that they signed in with."""

    def __init__(
        self, http: Callable[[], httpx2.Client], *, web_url: str, client_id: str, secret: str
    ) -> None:
        """Take what makes a client, one for each exchange: they are hours apart."""
        self._http = http
        self._url = f"{web_url}/login/oauth/access_token"
        self._app = {"client_id": client_id, "client_secret": secret}

    def refresh(self, text: str) -> Fresh:
        """Return a new token; raises TokenInvalid where GitHub refuses, else Unavailable."""
        answer = self._ask({**self._app, "grant_type": "refresh_token", "refresh_token": text})
        if answer.error in ("bad_refresh_token", "unauthorized"):
            raise TokenInvalid(answer.error)
        if answer.error or not answer.access_token:
            # Such as a client secret that was changed: nothing that signing in again would mend.
            raise Unavailable("the token was not refreshed")
        return Fresh(answer.access_token, answer.refresh_token, answer.expires_in, answer.scope)

    def _ask(self, form: dict[str, str]) -> _Answer:
        import httpx2  # takes 10 MB that a server without such tokens never needs

        try:
            with self._http() as client:
                headers = {"accept": "application/json"}
                said = client.post(self._url, data=form, headers=headers, timeout=10.0)
            said.raise_for_status()
            return msgspec.json.decode(said.content, type=_Answer)
        except (httpx2.HTTPError, msgspec.DecodeError) as error:
            raise Unavailable(type(error).__name__) from None
