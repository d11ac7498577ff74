"""GitHub as the rest of the house asks it: REST for hooks and rights, GraphQL for bulk.

Every method makes one call (or one a page) with a token of its own choosing and raises a
GitHubFault for any end but a good one; `Postponed` tells a job when to come again. Nothing here
opens a transaction, and nobody may call it inside one. The reference of each REST call stands
above it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final, TypeVar
from urllib.parse import quote

import msgspec

from laurels.adapters.github.client import graphql
from laurels.adapters.github.client.app_auth import AppAuth, AppTokens
from laurels.adapters.github.client.core import Answer, Call, Core
from laurels.adapters.github.client.outcomes import BadAnswer, Forbidden, Missing, Unavailable
from laurels.adapters.github.client.pages import next_page
from laurels.adapters.github.client.resources import (
    Hook,
    HookDelivery,
    RepositoryBody,
    Rights,
    RightsBody,
    Viewer,
)
from laurels.adapters.github.client.shared import Token
from laurels.adapters.github.client.tokens import OneToken, Tokens
from laurels.kit.times import instant_of

T = TypeVar("T")

PUBLIC_API: Final = "https://api.github.com"
HOOK_EVENTS: Final = (
    "issue_comment",
    "issues",
    "member",
    "pull_request",
    "pull_request_review",
    "pull_request_review_comment",
    "push",
    "repository",
)
"""What a repository's hook is asked to send (spec/github.md §1 and §5)."""

QUERY_COST: Final = 6
"""Points of one page of the search with all that is nested in it, as GitHub reckons."""


@dataclass(frozen=True, slots=True)
class GitHub:
    """GitHub, asked with certain tokens; `using` gives the same GitHub with another token."""

    core: Core
    tokens: Tokens
    api_url: str = PUBLIC_API
    is_urgent: bool = False
    app: AppAuth | None = None

    def using(self, token: str, *, kind: str = "user", owner: str = "") -> GitHub:
        """Return GitHub as seen by one token."""
        return replace(self, tokens=OneToken(Token(token, kind, owner)))

    def of_owner(self, owner: str) -> GitHub:
        """Return GitHub as our App sees an account it is installed on; else as it is."""
        if self.app is None or self.app.installation_of(owner) is None:
            return self
        return replace(self, tokens=AppTokens(self.app, owner))

    def urgent(self) -> GitHub:
        """Return GitHub for somebody who waits on a page: the reserve may be used."""
        return replace(self, is_urgent=True)

    # https://docs.github.com/rest/users/users#get-the-authenticated-user
    def viewer(self) -> Viewer:
        """Say whose token it is."""
        return _read(self._rest("GET", "/user"), Viewer)

    # https://docs.github.com/rest/users/users#get-a-user
    def account(self, login: str) -> Viewer:
        """Return the account that has a login now; raises Missing."""
        return _read(self._rest("GET", f"/users/{_part(login)}"), Viewer)

    # https://docs.github.com/rest/repos/repos#get-a-repository
    def repository(self, owner: str, name: str) -> RepositoryBody:
        """Return a repository, followed where it moved to; raises Missing."""
        return _read(self._rest("GET", _place(owner, name)), RepositoryBody)

    # https://docs.github.com/rest/collaborators/collaborators#get-repository-permissions-for-a-user
    def rights(self, owner: str, name: str, login: str) -> Rights:
        """Return a person's role in a repository; where the token may not ask, raises Forbidden.

        Who is no collaborator has the role `none`. Raises Missing where there is no repository.
        """
        path = f"{_place(owner, name)}/collaborators/{_part(login)}/permission"
        try:
            body = _read(self._rest("GET", path), RightsBody)
        except Missing:
            self.repository(owner, name)
            return Rights("none")
        account = None if body.user is None else body.user.id
        return Rights(body.role_name or body.permission, account)

    def own_rights(self, owner: str, name: str) -> Rights:
        """Return the role of the token's own person, which every token may ask for."""
        permissions = self.repository(owner, name).permissions
        if permissions is None:
            raise Forbidden("GitHub does not say what this token may do")
        return Rights(permissions.role)

    # https://docs.github.com/rest/repos/webhooks#create-a-repository-webhook
    def hook_create(
        self,
        owner: str,
        name: str,
        *,
        url: str,
        secret: str,
        events: Sequence[str] = HOOK_EVENTS,
    ) -> Hook:
        """Make a hook that sends JSON, signed with the secret; raises Rejected where it exists."""
        body = {
            "name": "web",
            "active": True,
            "events": list(events),
            "config": _hook_config(url, secret),
        }
        return _read(self._rest("POST", f"{_place(owner, name)}/hooks", body), Hook)

    # https://docs.github.com/rest/repos/webhooks#update-a-repository-webhook
    def hook_update(
        self,
        owner: str,
        name: str,
        hook_id: int,
        *,
        url: str,
        secret: str,
        events: Sequence[str] = HOOK_EVENTS,
    ) -> Hook:
        """Give a hook another secret or address, and switch it on."""
        body = {"active": True, "events": list(events), "config": _hook_config(url, secret)}
        path = f"{_place(owner, name)}/hooks/{hook_id}"
        return _read(self._rest("PATCH", path, body), Hook)

    # https://docs.github.com/rest/repos/webhooks#list-repository-webhooks
    def hooks(self, owner: str, name: str) -> list[Hook]:
        """Return every hook of a repository that the token may see."""
        path = f"{_place(owner, name)}/hooks?per_page=100"
        return [hook for page in self._pages(path) for hook in _read(page, list[Hook])]

    # https://docs.github.com/rest/repos/webhooks#get-a-repository-webhook
    def hook(self, owner: str, name: str, hook_id: int) -> Hook:
        """Return one hook; raises Missing where it was deleted."""
        return _read(self._rest("GET", f"{_place(owner, name)}/hooks/{hook_id}"), Hook)

    # https://docs.github.com/rest/repos/webhooks#delete-a-repository-webhook
    def hook_delete(self, owner: str, name: str, hook_id: int) -> bool:
        """Remove a hook; False where it was gone already."""
        try:
            self._rest("DELETE", f"{_place(owner, name)}/hooks/{hook_id}")
        except Missing:
            return False
        return True

    # https://docs.github.com/rest/repos/webhooks#ping-a-repository-webhook
    def hook_ping(self, owner: str, name: str, hook_id: int) -> None:
        """Have GitHub send a ping through a hook."""
        self._rest("POST", f"{_place(owner, name)}/hooks/{hook_id}/pings")

    # https://docs.github.com/rest/repos/webhooks#list-deliveries-for-a-repository-webhook
    def deliveries(
        self, owner: str, name: str, hook_id: int, *, since: int = 0
    ) -> list[HookDelivery]:
        """Return what a hook delivered since an instant, the newest first."""
        path = f"{_place(owner, name)}/hooks/{hook_id}/deliveries?per_page=100"
        found: list[HookDelivery] = []
        for page in self._pages(path):
            read = _read(page, list[HookDelivery])
            found += [one for one in read if instant_of(one.delivered_at) >= since]
            if not read or instant_of(read[-1].delivered_at) < since:
                break
        return found

    # https://docs.github.com/rest/repos/webhooks#redeliver-a-delivery-for-a-repository-webhook
    def redeliver(self, owner: str, name: str, hook_id: int, delivery_id: int) -> None:
        """Have GitHub deliver once more; possible for three days, keeps the guid."""
        self._rest(
            "POST", f"{_place(owner, name)}/hooks/{hook_id}/deliveries/{delivery_id}/attempts"
        )

    def query(
        self, name: str, variables: Mapping[str, object], kind: type[T], *, cost: int = 1
    ) -> graphql.Read[T]:
        """Ask with a GraphQL document by name; partial data comes with its gaps."""
        return self.ask(graphql.document(name), variables, kind, cost=cost)

    def ask(
        self, text: str, variables: Mapping[str, object], kind: type[T], *, cost: int = 1
    ) -> graphql.Read[T]:
        """Ask with the text of a GraphQL document, which must not change anything."""
        answer = self._send(
            Call(
                "POST",
                graphql_url(self.api_url),
                graphql.request_body(text, variables),
                resource="graphql",
                cost=cost,
                is_repeatable=True,
                is_urgent=self.is_urgent,
            )
        )
        return graphql.read(answer.body, kind, answer.at)

    def query_page(
        self,
        name: str,
        variables: Mapping[str, object],
        kind: type[T],
        *,
        first: int,
        cost: int = QUERY_COST,
    ) -> tuple[graphql.Read[T], int]:
        """Ask for a page of `first`, and of half as many each time GitHub fails on it.

        Returns the answer and the size that worked; raises Unavailable when even one is too many.
        """
        while True:
            try:
                return self.query(name, {**variables, "first": first}, kind, cost=cost), first
            except Unavailable as error:
                # A refused connection is not the page's fault; a time-out or a 502 may be.
                if first == 1 or error.status not in (0, 200, 502, 504):
                    raise
                if error.status == 0 and "Timeout" not in error.reason:
                    raise
                first = max(1, first // 2)

    def _rest(self, method: str, path: str, body: object = None) -> Answer:
        is_body = body is not None
        return self._send(
            Call(
                method,
                self.api_url + path,
                msgspec.json.encode(body) if is_body else b"",
                is_repeatable=method in ("GET", "DELETE", "PATCH"),
                is_urgent=self.is_urgent,
            )
        )

    def _pages(self, path: str) -> Iterator[Answer]:
        """Yield a list page after page, as its Link header leads, within this API alone."""
        url: str | None = self.api_url + path
        while url is not None:
            answer = self._send(Call("GET", url, is_repeatable=True, is_urgent=self.is_urgent))
            yield answer
            url = next_page(answer.headers.get("link", ""), self.api_url)

    def _send(self, call: Call) -> Answer:
        core = self.core
        reserve = 0 if call.is_urgent else core.tuning.reserve
        token = self.tokens.pick(call.resource, call.cost, reserve, now=core.clock.now())
        return core.send(call, token)


def graphql_url(api_url: str) -> str:
    """Return where GraphQL answers: beside REST, and on a server of one's own above its v3."""
    return api_url.removesuffix("/v3") + "/graphql"


_DECODERS: dict[Any, msgspec.json.Decoder[Any]] = {}


def _decoder_of(kind: Any) -> msgspec.json.Decoder[Any]:
    if kind not in _DECODERS:
        _DECODERS[kind] = msgspec.json.Decoder(kind)
    return _DECODERS[kind]


def _read(answer: Answer, kind: type[T]) -> T:
    try:
        body: T = _decoder_of(kind).decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise BadAnswer(f"GitHub's answer cannot be read: {error}") from error
    return body


def _hook_config(url: str, secret: str) -> dict[str, str]:
    return {"url": url, "content_type": "json", "insecure_ssl": "0", "secret": secret}


def _part(text: str) -> str:
    """Write a name as one part of a path: whatever it holds, it cannot leave its place."""
    return quote(text, safe="") if text not in (".", "..") else text.replace(".", "%2E")


def _place(owner: str, name: str) -> str:
    return f"/repos/{_part(owner)}/{_part(name)}"
