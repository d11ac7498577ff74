"""What raw event files say, read the plain way and without any of our code."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

GHOST = 10137
SHOWING = {"PullRequestEvent", "PullRequestReviewEvent", "PullRequestReviewCommentEvent"}


def events(path: Path) -> list[dict[str, Any]]:
    """Return the events of a JSON lines or JSON array file."""
    text = gzip.decompress(path.read_bytes()).decode()
    if text.lstrip().startswith("["):
        return json.loads(text)
    return [json.loads(line) for line in text.splitlines() if line.strip()]


class Raw:
    """The subjects of some files: their authors, merges, and which repositories are forks."""

    def __init__(self, paths: Iterable[Path]) -> None:
        self.pull_requests: dict[tuple[int, int], int | None] = {}
        self.merged: set[tuple[int, int]] = set()
        self.issues: dict[tuple[int, int], int | None] = {}
        self.types: Counter[str] = Counter()
        self._fork: dict[int, tuple[str, bool]] = {}
        for path in paths:
            for event in events(path):
                self._take(event)

    def _take(self, event: dict[str, Any]) -> None:
        self.types[event["type"]] += 1
        payload, repository = event["payload"], event["repo"]["id"]
        if event["type"] in SHOWING:
            body = payload["pull_request"]
            key = (repository, body["number"])
            self.pull_requests[key] = _author(body)
            if body.get("merged") or body.get("merged_at"):
                self.merged.add(key)
            base = (body.get("base") or {}).get("repo") or {}
            if "fork" in base:
                seen = (event["created_at"], base["fork"])
                self._fork[repository] = max(self._fork.get(repository, seen), seen)
        elif event["type"] in ("IssuesEvent", "IssueCommentEvent"):
            body = payload["issue"]
            if "pull_request" not in body:
                self.issues[repository, body["number"]] = _author(body)

    def is_fork(self, repository: int) -> bool:
        """Tell whether the newest payload calls a repository a fork."""
        return self._fork.get(repository, ("", False))[1]

    def nest_points(self) -> Counter[int]:
        """Return 10 · merged + 5 · opened + 3 · issues by author, forks left out."""
        points: Counter[int] = Counter()
        for weight, keys, authors in (
            (5, self.pull_requests, self.pull_requests),
            (10, self.merged, self.pull_requests),
            (3, self.issues, self.issues),
        ):
            for key in keys:
                author = authors[key]
                if author is not None and not self.is_fork(key[0]):
                    points[author] += weight
        return points


def _author(body: dict[str, Any]) -> int | None:
    user = body.get("user") or {}
    author = user.get("id")
    return None if author == GHOST else author
