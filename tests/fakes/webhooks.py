"""Deliveries for tests: archive events turned into the webhooks that told the same, and others.

A webhook has no envelope: what an archive event says outside its payload (who, which repository)
is inside, and when is only what the body says.
"""

from __future__ import annotations

import itertools
import json
from typing import Any

from laurels.adapters.github.observe import ARCHIVE_EVENTS
from laurels.apps.intake.services.events import Received
from tests.fakes.archive import ALICE, NOON, WIDGETS, Json

_deliveries = itertools.count(1)


def delivery(
    event: str,
    body: Json | bytes,
    *,
    hook_repository: int | None = None,
    hook_id: int | None = 77,
    received_at: int = NOON,
) -> Received:
    """One delivery as the inbox hands it on; under the program's secret unless said otherwise."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Received(next(_deliveries), hook_id, hook_repository, event, raw, received_at)


def hook(event: str, body: Json, *, repo: Json = WIDGETS, sender: Json = ALICE, **how: Any) -> Any:
    """A delivery about a repository by somebody."""
    return delivery(event, body | {"repository": repo, "sender": sender}, **how)


def from_archive(event: Json, repositories: dict[int, Json] | None = None) -> Received | None:
    """Turn an archive event into the webhook that told the same; None where there was none.

    `repositories` gives whole repositories by id, where the payload itself has none.
    """
    name = ARCHIVE_EVENTS.get(event["type"])
    if name is None:
        return None
    payload, repo = event["payload"], event["repo"]
    base = ((payload.get("pull_request") or {}).get("base") or {}).get("repo")
    whole = (repositories or {}).get(repo["id"]) or base
    repository = {"id": repo["id"], "full_name": repo["name"]}
    if whole is not None and whole["id"] == repo["id"]:
        repository = whole | repository
    body = payload | {"repository": repository, "sender": event["actor"]}
    if name == "pull_request":
        body.setdefault("number", body["pull_request"]["number"])
    if name == "pull_request_review" and body["action"] == "created":
        body["action"] = "submitted"
    return delivery(name, body)
