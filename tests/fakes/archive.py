"""Small GitHub-shaped events for tests, and the ways to trim and to write them.

Everything is a plain dict of GitHub's own field names. Accounts and repositories are given by what
they are (`account(7, "alice")`), times as instants (ints), and each builder takes any further field
by name, so that a test shows only what it is about.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from laurels.kit.times import format_instant

Json = dict[str, Any]

NOON = 1_700_000_000
"""An instant to start from: 2023-11-14T22:13:20Z."""


def account(github_id: int, login: str | None = None, kind: str = "User") -> Json:
    return {"id": github_id, "login": login or f"person-{github_id}", "type": kind}


def repository(github_id: int = 1, full_name: str = "acme/widgets", **more: Any) -> Json:
    owner, _, name = full_name.partition("/")
    return {
        "id": github_id,
        "name": name,
        "full_name": full_name,
        "owner": account(github_id + 900_000, owner, "Organization"),
        "fork": False,
        "private": False,
    } | more


ALICE = account(7, "alice")
BOB = account(8, "bob")
CAROL = account(9, "carol")
ROBOT = account(99, "helper[bot]", "Bot")
WIDGETS = repository()


def pull_request(
    number: int = 1,
    user: Json | None = ALICE,
    *,
    created_at: int = NOON,
    updated_at: int | None = None,
    closed_at: int | None = None,
    merged_at: int | None = None,
    merged_by: Json | None = None,
    labels: Iterable[str] | None = (),
    repo: Json = WIDGETS,
    **more: Any,
) -> Json:
    """A full payload's pull request; merged when `merged_at` is given, and closed then too."""
    closed_at = merged_at if closed_at is None else closed_at
    body = {
        "id": repo["id"] * 10_000 + number,
        "url": f"https://api.github.com/repos/{repo['full_name']}/pulls/{number}",
        "number": number,
        "state": "open" if closed_at is None else "closed",
        "title": f"Change {number}",
        "user": user,
        "created_at": _text(created_at),
        "updated_at": _text(max(created_at, updated_at or 0, closed_at or 0)),
        "closed_at": _text(closed_at),
        "merged_at": _text(merged_at),
        "merged": merged_at is not None,
        "merged_by": (merged_by or BOB) if merged_at is not None else None,
        "additions": 10,
        "deletions": 2,
        "changed_files": 1,
        "draft": False,
        "author_association": "CONTRIBUTOR",
        "head": {"ref": "change", "sha": "0" * 40, "repo": None},
        "base": {"ref": "main", "sha": "1" * 40, "repo": repo},
    }
    if labels is not None:
        body["labels"] = [{"name": name} for name in labels]
    return body | more


def issue(
    number: int = 2,
    user: Json | None = ALICE,
    *,
    created_at: int = NOON,
    updated_at: int | None = None,
    closed_at: int | None = None,
    labels: Iterable[str] = (),
    of_pull_request: bool = False,
    **more: Any,
) -> Json:
    """An issue object; give `state_reason` to have the key, and `of_pull_request` for its side."""
    body: Json = {
        "id": 50_000 + number,
        "number": number,
        "state": "open" if closed_at is None else "closed",
        "title": f"Question {number}",
        "user": user,
        "created_at": _text(created_at),
        "updated_at": _text(max(created_at, updated_at or 0, closed_at or 0)),
        "closed_at": _text(closed_at),
        "labels": [{"name": name} for name in labels],
        "author_association": "NONE",
    }
    if of_pull_request:
        body["pull_request"] = {"url": f"https://api.github.com/repos/acme/widgets/pulls/{number}"}
    return body | more


def event(kind: str, payload: Json, actor: Json, at: int, repo: Json = WIDGETS) -> Json:
    """An archive event: the actor has no type there, the repository only its id and full name."""
    return {
        "id": str(at * 1000 + len(json.dumps(payload)) % 1000),
        "type": kind,
        "actor": {"id": actor["id"], "login": actor["login"]},
        "repo": {"id": repo["id"], "name": repo["full_name"]},
        "payload": payload,
        "public": True,
        "created_at": format_instant(at),
    }


def pull_request_event(
    action: str, body: Json, actor: Json = ALICE, at: int = NOON, repo: Json = WIDGETS, **more: Any
) -> Json:
    payload = {"action": action, "number": body["number"], "pull_request": body} | more
    return event("PullRequestEvent", payload, actor, at, repo)


def review_event(
    body: Json,
    state: str = "approved",
    reviewer: Json = BOB,
    at: int = NOON,
    *,
    review_id: int = 1,
    association: str = "MEMBER",
    action: str = "created",
    repo: Json = WIDGETS,
) -> Json:
    review = {
        "id": review_id,
        "user": reviewer,
        "state": state,
        "submitted_at": format_instant(at),
        "author_association": association,
    }
    payload = {"action": action, "review": review, "pull_request": _without_size(body)}
    return event("PullRequestReviewEvent", payload, reviewer, at, repo)


def review_comment_event(body: Json, by: Json = BOB, at: int = NOON, repo: Json = WIDGETS) -> Json:
    comment = {"id": at, "user": by, "created_at": format_instant(at)}
    payload = {"action": "created", "comment": comment, "pull_request": _without_size(body)}
    return event("PullRequestReviewCommentEvent", payload, by, at, repo)


def issue_event(
    action: str, body: Json, actor: Json = ALICE, at: int = NOON, repo: Json = WIDGETS, **more: Any
) -> Json:
    return event("IssuesEvent", {"action": action, "issue": body} | more, actor, at, repo)


def issue_comment_event(body: Json, by: Json = BOB, at: int = NOON, repo: Json = WIDGETS) -> Json:
    comment = {"id": at, "user": by, "created_at": format_instant(at)}
    payload = {"action": "created", "issue": body, "comment": comment}
    return event("IssueCommentEvent", payload, by, at, repo)


def push_event(actor: Json = ALICE, at: int = NOON, repo: Json = WIDGETS) -> Json:
    payload = {"push_id": at, "size": 1, "ref": "refs/heads/main", "commits": [{"sha": "2" * 40}]}
    return event("PushEvent", payload, actor, at, repo)


def trim(full: Json) -> Json:
    """Derive the shape archives have since October 2025 from a full event."""
    payload = dict(full["payload"])
    trimmed = full | {"payload": payload}
    body = payload.get("pull_request")
    if body is not None:
        if payload["action"] == "closed" and body.get("merged"):
            payload["action"] = "merged"
            merger = body["merged_by"]
            if merger is not None:
                trimmed["actor"] = {"id": merger["id"], "login": merger["login"]}
        kept = ("id", "number", "url", "head", "base")
        payload["pull_request"] = {name: body[name] for name in kept}
    if full["type"] == "PushEvent":
        for name in ("size", "distinct_size", "commits"):
            payload.pop(name, None)
    return trimmed


def read_events(path: Path) -> list[Json]:
    """Read a gzip file of JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def write_events(path: Path, events: Iterable[Json]) -> Path:
    """Write JSON lines, packed when the name ends in .gz."""
    data = b"".join(json.dumps(one, separators=(",", ":")).encode() + b"\n" for one in events)
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def _without_size(body: Json) -> Json:
    """Review and review comment payloads carry neither `merged` nor any size."""
    left_out = ("merged", "merged_by", "additions", "deletions", "changed_files")
    return {name: value for name, value in body.items() if name not in left_out}


def _text(instant: int | None) -> str | None:
    return None if instant is None else format_instant(instant)
