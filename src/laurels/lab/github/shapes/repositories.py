"""Repositories, the rights in them, their hooks and what was delivered."""

from __future__ import annotations

import json
from typing import Final

from laurels.kit.times import format_instant
from laurels.lab.github.shapes.accounts import Body, Urls, account
from laurels.lab.github.things import RIGHTS, Account, Hook, Repository, Sent

_PLACES: Final = {
    "forks_url": "/forks",
    "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}",
    "teams_url": "/teams",
    "hooks_url": "/hooks",
    "issue_events_url": "/issues/events{/number}",
    "events_url": "/events",
    "assignees_url": "/assignees{/user}",
    "branches_url": "/branches{/branch}",
    "tags_url": "/tags",
    "blobs_url": "/git/blobs{/sha}",
    "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}",
    "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}",
    "languages_url": "/languages",
    "stargazers_url": "/stargazers",
    "contributors_url": "/contributors",
    "subscribers_url": "/subscribers",
    "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}",
    "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}",
    "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}",
    "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges",
    "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads",
    "issues_url": "/issues{/number}",
    "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}",
    "notifications_url": "/notifications{?since,all,participating}",
    "labels_url": "/labels{/name}",
    "releases_url": "/releases{/id}",
    "deployments_url": "/deployments",
}
_SHOWN_RIGHTS: Final = {"maintain": "write", "push": "write", "triage": "read", "pull": "read"}


def repository(urls: Urls, place: Repository) -> Body:
    """Write a repository as bodies of pull requests and webhooks carry it."""
    api, web = f"{urls.api}/repos/{place.full_name}", f"{urls.web}/{place.full_name}"
    open_threads = 0 if place.is_fork else _open_threads(place)
    return {
        "id": place.id,
        "node_id": place.node_id,
        "name": place.name,
        "full_name": place.full_name,
        "private": place.is_private,
        "owner": account(urls, place.owner),
        "html_url": web,
        "description": place.description,
        "fork": place.is_fork,
        "url": api,
        **{name: api + path for name, path in _PLACES.items()},
        "created_at": format_instant(place.created_at),
        "updated_at": format_instant(place.updated_at),
        "pushed_at": format_instant(place.updated_at),
        "git_url": f"git://127.0.0.1/{place.full_name}.git",
        "ssh_url": f"git@127.0.0.1:{place.full_name}.git",
        "clone_url": f"{web}.git",
        "svn_url": web,
        "homepage": None,
        "size": 0,
        "stargazers_count": 0,
        "watchers_count": 0,
        "language": place.language,
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": True,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": 0,
        "mirror_url": None,
        "archived": place.is_archived,
        "disabled": False,
        "open_issues_count": open_threads,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "custom_properties": {},
        "topics": list(place.topics),
        "visibility": "private" if place.is_private else "public",
        "forks": 0,
        "open_issues": open_threads,
        "watchers": 0,
        "default_branch": place.default_branch,
    }


def full_repository(urls: Urls, place: Repository, asked_by: Account | None) -> Body:
    """Write a repository as `GET /repos/{owner}/{repo}` does."""
    body = repository(urls, place) | {"network_count": 0, "subscribers_count": 0}
    if asked_by is not None:
        body["permissions"] = permissions(place.right_of(asked_by))
    if place.owner.kind == "Organization":
        body["organization"] = account(urls, place.owner)
    return body


def permissions(right: str | None) -> dict[str, bool]:
    """Write a role as GitHub's five booleans."""
    upto = -1 if right is None else RIGHTS.index(right)
    return {name: place <= upto for place, name in enumerate(RIGHTS)}


def permission_of(urls: Urls, place: Repository, person: Account) -> Body:
    """Write a collaborator's permission; maintain shows as write, as at GitHub."""
    right = place.right_of(person)
    role = {"push": "write", "pull": "read", None: "none"}.get(right, right)
    shown = "admin" if right == "admin" else _SHOWN_RIGHTS.get(right or "", "none")
    user = account(urls, person) | {"permissions": permissions(right), "role_name": role}
    return {"permission": shown, "role_name": role, "user": user}


def hook(urls: Urls, found: Hook) -> Body:
    """Write a hook; its secret is never shown again."""
    where = found.repository
    base = f"{urls.api}/repos/{where.full_name}" if where else f"{urls.api}/app"
    api = f"{base}/hooks/{found.id}"
    last = next((sent for sent in reversed(found.sent) if sent.status != "pending"), None)
    config = {"content_type": "json", "insecure_ssl": "0", "url": found.url}
    if found.secret:
        config["secret"] = "********"
    return {
        "type": "Repository" if where else "App",
        "id": found.id,
        "name": "web",
        "active": found.is_active,
        "events": list(found.events),
        "config": config,
        "updated_at": format_instant(found.updated_at),
        "created_at": format_instant(found.created_at),
        "url": api,
        "test_url": f"{api}/test",
        "ping_url": f"{api}/pings",
        "deliveries_url": f"{api}/deliveries",
        "last_response": {
            "code": last.status_code if last and last.status_code else None,
            "status": "unused" if last is None else _worded(last.status),
            "message": None if last is None else last.status,
        },
    }


def delivery(found: Sent) -> Body:
    """Write a delivery as lists show it."""
    return {
        "id": found.id,
        "guid": found.guid,
        "delivered_at": format_instant(found.delivered_at),
        "redelivery": found.is_redelivery,
        "duration": round(found.duration_seconds, 2),
        "status": found.status,
        "status_code": found.status_code,
        "event": found.event,
        "action": found.action,
        "installation_id": None,
        "repository_id": found.repository,
        "throttled_at": None,
    }


def full_delivery(found: Sent) -> Body:
    """Write a delivery with what was sent and what came back."""
    return delivery(found) | {
        "url": found.hook.url,
        "request": {"headers": found.headers, "payload": json.loads(found.body)},
        "response": {"headers": {}, "payload": found.answer},
    }


def _open_threads(place: Repository) -> int:
    if len(place.threads) > 500:
        return 0  # counting for every body would make the bulk worlds quadratic
    return sum(thread.state == "open" for thread in place.threads.values())


def _worded(status: str) -> str:
    return "active" if status == "OK" else "failed"
