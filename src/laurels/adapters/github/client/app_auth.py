"""Tokens of a GitHub App: a JWT signed with the App's key buys installation tokens for an hour.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
Guarantee: a token is renewed before it ends, and at most one thread of a process buys one at a
time. The key is never logged, and a JWT lives nine minutes (GitHub's limit is ten), beginning one
minute ago for clocks that differ.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Final

import msgspec

from laurels.adapters.github.client.core import Answer, Call, Core
from laurels.adapters.github.client.outcomes import BadAnswer, MissingToken
from laurels.adapters.github.client.pages import next_page
from laurels.adapters.github.client.resources import (
    HookDelivery,
    Installation,
    InstallationToken,
)
from laurels.adapters.github.client.shared import Token
from laurels.kit.times import instant_of

JWT_SECONDS: Final = 540
_SKEW_SECONDS = 60
_MARGIN_SECONDS = 300
_LIST_SECONDS = 600
_INSTALLATIONS = msgspec.json.Decoder(list[Installation])
_DELIVERIES = msgspec.json.Decoder(list[HookDelivery])
_TOKEN = msgspec.json.Decoder(InstallationToken)


def app_jwt(app_id: str, private_key: str, *, now: int) -> str:
    """Sign the App's own token (RS256) for the next nine minutes."""
    from joserfc import jwt  # takes a fifth of a command's start, and few commands are an App
    from joserfc.jwk import RSAKey

    claims = {"iat": now - _SKEW_SECONDS, "exp": now + JWT_SECONDS, "iss": app_id}
    return jwt.encode({"alg": "RS256"}, claims, RSAKey.import_key(private_key))


@dataclass(slots=True)
class AppAuth:
    """The installations of our App and their tokens, kept in the process while they are good."""

    core: Core
    app_id: str
    private_key: str = field(repr=False)
    api_url: str = "https://api.github.com"
    _tokens: dict[int, tuple[Token, int]] = field(default_factory=dict, repr=False)
    _owners: dict[str, int] = field(default_factory=dict)
    _listed_at: int | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def installation_of(self, owner: str) -> int | None:
        """Return the installation on an account; the list is asked for again after ten minutes."""
        with self._lock:
            self._list()
            return self._owners.get(owner.casefold())

    def token_for(self, installation: int) -> Token:
        """Return a token of an installation with five minutes of life or more."""
        with self._lock:
            now = self.core.clock.now()
            kept = self._tokens.get(installation)
            if kept is not None and kept[1] - _MARGIN_SECONDS > now:
                return kept[0]
            url = f"{self.api_url}/app/installations/{installation}/access_tokens"
            body = self._ask("POST", url)
            try:
                bought = _TOKEN.decode(body)
            except msgspec.DecodeError as error:
                raise BadAnswer(f"GitHub's installation token cannot be read: {error}") from error
            token = Token(bought.token, "installation", str(installation))
            self._tokens[installation] = (token, instant_of(bought.expires_at))
            return token

    def any_installation(self) -> int:
        """Return an installation to read public things with; raises MissingToken without one."""
        with self._lock:
            self._list()
            if not self._owners:
                raise MissingToken
            return min(self._owners.values())

    # https://docs.github.com/rest/apps/webhooks#list-deliveries-for-an-app-webhook
    def deliveries(self, *, since: int) -> list[HookDelivery]:
        """Return what the App's own webhook delivered since an instant, the newest first."""
        found: list[HookDelivery] = []
        url: str | None = f"{self.api_url}/app/hook/deliveries?per_page=100"
        while url is not None:
            answer = self._answer("GET", url)
            try:
                page = _DELIVERIES.decode(answer.body)
            except msgspec.DecodeError as error:
                raise BadAnswer(f"GitHub's deliveries cannot be read: {error}") from error
            found += [one for one in page if instant_of(one.delivered_at) >= since]
            is_last = not page or instant_of(page[-1].delivered_at) < since
            url = None if is_last else next_page(answer.headers.get("link", ""), self.api_url)
        return found

    # https://docs.github.com/rest/apps/webhooks#redeliver-a-delivery-for-an-app-webhook
    def redeliver(self, delivery_id: int) -> None:
        """Have GitHub deliver once more through the App's webhook."""
        self._ask("POST", f"{self.api_url}/app/hook/deliveries/{delivery_id}/attempts")

    def forget(self, installation: int) -> None:
        """Forget an installation that was removed or suspended."""
        with self._lock:
            self._tokens.pop(installation, None)
            self._owners = {
                owner: one for owner, one in self._owners.items() if one != installation
            }

    def _list(self) -> None:
        now = self.core.clock.now()
        if self._listed_at is not None and now - self._listed_at < _LIST_SECONDS:
            return
        found: dict[str, int] = {}
        for page in range(1, 101):
            url = f"{self.api_url}/app/installations?per_page=100&page={page}"
            try:
                installations = _INSTALLATIONS.decode(self._ask("GET", url))
            except msgspec.DecodeError as error:
                raise BadAnswer(f"GitHub's installations cannot be read: {error}") from error
            for one in installations:
                if one.account is not None and one.suspended_at is None:
                    found[one.account.login.casefold()] = one.id
            if len(installations) < 100:
                break
        self._owners, self._listed_at = found, now

    def _ask(self, method: str, url: str) -> bytes:
        return self._answer(method, url).body

    def _answer(self, method: str, url: str) -> Answer:
        now = self.core.clock.now()
        # Its own JWT is not one of the tokens whose budget is kept: it is new each time.
        signed = Token(app_jwt(self.app_id, self.private_key, now=now), "app", self.app_id)
        call = Call(method, url, is_repeatable=True, is_urgent=True)
        return self.core.send(call, signed)


@dataclass(frozen=True, slots=True)
class AppTokens:
    """The tokens of one owner's installation; of any installation where no owner is given."""

    auth: AppAuth
    owner: str = ""

    def pick(self, resource: str, cost: int, reserve: int, *, now: int) -> Token:
        """Return the installation's token; raises MissingToken where the App is not installed."""
        if not self.owner:
            return self.auth.token_for(self.auth.any_installation())
        installation = self.auth.installation_of(self.owner)
        if installation is None:
            raise MissingToken
        return self.auth.token_for(installation)
