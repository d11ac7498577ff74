"""Accounts: the small body that is in every other, and a signed-in person's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from laurels.kit.times import format_instant
from laurels.lab.github.things import Account

Body = dict[str, Any]

GHOST = Account(10_137, "ghost", "User", 1_210_000_000, "Deleted user")
"""GitHub's own stand-in for people who deleted their account; REST and webhooks show it."""


@dataclass(frozen=True, slots=True)
class Urls:
    """Where the stand-in answers: `api` for REST, `web` for pages."""

    api: str
    web: str


def account(urls: Urls, person: Account) -> Body:
    """Write an account as other bodies carry it."""
    api = f"{urls.api}/users/{person.login}"
    return {
        "login": person.login,
        "id": person.id,
        "node_id": person.node_id,
        "avatar_url": f"{urls.web}/avatars/{person.id}",
        "gravatar_id": "",
        "url": api,
        "html_url": f"{urls.web}/{person.login}",
        "followers_url": f"{api}/followers",
        "following_url": f"{api}/following{{/other_user}}",
        "gists_url": f"{api}/gists{{/gist_id}}",
        "starred_url": f"{api}/starred{{/owner}}{{/repo}}",
        "subscriptions_url": f"{api}/subscriptions",
        "organizations_url": f"{api}/orgs",
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events{{/privacy}}",
        "received_events_url": f"{api}/received_events",
        "type": person.kind,
        "site_admin": False,
    }


def maybe_account(urls: Urls, person: Account | None) -> Body | None:
    """Write an account, the ghost for one that was deleted, or null where there never was one."""
    if person is None:
        return None
    return account(urls, GHOST if person.is_deleted else person)


def profile(urls: Urls, person: Account) -> Body:
    """Write an account as its own page shows it (`GET /users/{login}`)."""
    return account(urls, person) | {
        "name": person.name,
        "company": None,
        "blog": "",
        "location": None,
        "email": None,
        "hireable": None,
        "bio": None,
        "public_repos": 0,
        "public_gists": 0,
        "followers": 0,
        "following": 0,
        "created_at": format_instant(person.created_at),
        "updated_at": format_instant(person.created_at),
    }


def own_profile(urls: Urls, person: Account) -> Body:
    """Write an account as its person sees it (`GET /user`)."""
    return profile(urls, person) | {
        "private_gists": 0,
        "total_private_repos": 0,
        "owned_private_repos": 0,
        "disk_usage": 0,
        "collaborators": 0,
        "two_factor_authentication": True,
    }


def organisation(urls: Urls, group: Account) -> Body:
    """Write an organisation as webhooks carry it."""
    api = f"{urls.api}/orgs/{group.login}"
    return {
        "login": group.login,
        "id": group.id,
        "node_id": group.node_id,
        "url": api,
        "repos_url": f"{api}/repos",
        "events_url": f"{api}/events",
        "hooks_url": f"{api}/hooks",
        "issues_url": f"{api}/issues",
        "members_url": f"{api}/members{{/member}}",
        "public_members_url": f"{api}/public_members{{/member}}",
        "avatar_url": f"{urls.web}/avatars/{group.id}",
        "description": "",
    }


def emails(person: Account) -> list[Body]:
    """Write a person's addresses; the first is the primary one."""
    return [
        {"email": email, "primary": place == 0, "verified": True, "visibility": None}
        for place, email in enumerate(person.emails)
    ]
