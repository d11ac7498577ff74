"""What a sync of each person would read of a simulated season, gathered from the season's files.

The simulated world holds nothing but its season: whoever reads three years of it has read all there
is. Files are read once each, in order, so that what was there at an earlier moment can be told too.
"""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from laurels.adapters.github.client.nodes import (
    Actor,
    CommentNode,
    Comments,
    Contributed,
    LanguageEdge,
    LanguageName,
    Languages,
    PersonNode,
    PullNode,
    RepositoryNode,
    ReviewNode,
    Reviews,
)
from laurels.domain.metrics import year_spans
from laurels.kit.times import parse_instant

Body = dict[str, Any]
Key = tuple[int, int]
"""A repository's id and a number in it."""

BESIDE: Final[Mapping[str, Mapping[str, int]]] = {
    "Python": {"Shell": 2_100},
    "TypeScript": {"CSS": 9_400, "HTML": 1_700},
    "Rust": {"Shell": 900},
    "Go": {"Makefile": 1_300},
    "JavaScript": {"HTML": 8_800, "CSS": 6_100},
    "HTML": {"CSS": 21_000, "JavaScript": 5_200},
}
"""What a repository holds beside its own language, in bytes."""

_OWN_BYTES: Final = 48_000


@dataclass(slots=True)
class Work:
    """Everything that the files read so far show: by repository, by subject, by reviewer."""

    repositories: dict[int, Body] = field(default_factory=dict)
    pulls: dict[Key, Body] = field(default_factory=dict)
    reviews: dict[Key, dict[int, Body]] = field(default_factory=lambda: defaultdict(dict))
    comments: dict[Key, list[Body]] = field(default_factory=lambda: defaultdict(list))
    issues: dict[Key, Body] = field(default_factory=dict)
    kinds: dict[int, str] = field(default_factory=dict)

    def read(self, path: Path) -> None:
        """Read one file of the season; files must come in order."""
        for line in zlib.decompress(path.read_bytes(), wbits=31).splitlines():
            self._take(msgspec.json.decode(line))

    def person(self, github_id: int, login: str, now: int) -> PersonNode:
        """Return a person with what a profile counts over the three spans before `now`."""
        opened = [one["created_at"] for one in self._pulls_of(github_id)]
        issues = [one["created_at"] for one in self.issues.values() if _by(one, github_id)]
        reviews = list(self._reviews_of(github_id))
        first, second, third = (
            Contributed(
                *(_within(told, span.start, span.end) for told in (opened, reviews, issues))
            )
            for span in year_spans(now)
        )
        return PersonNode(github_id, login, self.kinds[github_id], None, first, second, third)

    def pulls_of(self, github_id: int) -> list[PullNode]:
        """Return a person's pull requests as the files show them last."""
        found = [key for key, one in self.pulls.items() if _by(one, github_id)]
        return [self._node(key) for key in found]

    def _pulls_of(self, github_id: int) -> Iterator[Body]:
        return (one for one in self.pulls.values() if _by(one, github_id))

    def _reviews_of(self, github_id: int) -> Iterator[str]:
        """Give when a person reviewed the work of others, once for each review."""
        for key, held in self.reviews.items():
            if not _by(self.pulls[key], github_id):
                yield from (one["submitted_at"] for one in held.values() if _by(one, github_id))

    def _take(self, event: Body) -> None:
        payload, place = event["payload"], event["repo"]["id"]
        pull, issue = payload.get("pull_request"), payload.get("issue")
        review, comment = payload.get("review"), payload.get("comment")
        if pull is not None:
            key = (place, pull["number"])
            # Reviews show a pull request without its size: what was told before stays.
            self.pulls[key] = self.pulls.get(key, {}) | pull
            self.repositories[place] = pull["base"]["repo"]
            self._meet(pull["user"])
            if review is not None:
                self.reviews[key][review["id"]] = review
                self._meet(review["user"])
        elif issue is not None:
            key = (place, issue["number"])
            self._meet(issue["user"])
            if "pull_request" not in issue:
                self.issues[key] = issue
            elif comment is not None:
                self.comments[key].append(comment)

    def _meet(self, account: Body) -> None:
        self.kinds[account["id"]] = account["type"]

    def _node(self, key: Key) -> PullNode:
        one, place = self.pulls[key], self.repositories[key[0]]
        comments, reviews = self.comments.get(key, []), self.reviews.get(key, {})
        return PullNode(
            id=one["node_id"],
            full_database_id=one["id"],
            number=one["number"],
            title=one["title"],
            state="MERGED" if one["merged_at"] else one["state"].upper(),
            created_at=_moment(one["created_at"]),
            updated_at=_moment(one["updated_at"]),
            closed_at=_moment_or_none(one["closed_at"]),
            merged_at=_moment_or_none(one["merged_at"]),
            is_draft=one["draft"],
            additions=one.get("additions"),
            deletions=one.get("deletions"),
            changed_files=one.get("changed_files"),
            author=_actor(one["user"]),
            repository=_place(place),
            comments=Comments(
                len(comments),
                [CommentNode(_moment(one["created_at"]), _actor(one["user"])) for one in comments],
            ),
            given_reviews=Reviews(
                total_count=len(reviews),
                nodes=[
                    ReviewNode(
                        said["node_id"], said["state"].upper(), said["id"],
                        _moment(said["submitted_at"]),
                        said["author_association"], _actor(said["user"]),
                    )
                    for said in reviews.values()
                ],
            ),
        )  # fmt: skip


def _place(one: Body) -> RepositoryNode:
    held = {one["language"]: _OWN_BYTES, **BESIDE.get(one["language"], {})}
    return RepositoryNode(
        one["node_id"],
        one["id"],
        one["full_name"],
        one["fork"],
        one["private"],
        owner=_actor(one["owner"]),
        languages=Languages(
            sum(held.values()),
            [LanguageEdge(size, LanguageName(name)) for name, size in held.items()],
        ),
    )


def _actor(account: Body) -> Actor:
    return Actor(account["login"], account["type"], account["id"])


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _moment_or_none(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)


def _by(one: Body, github_id: int) -> bool:
    return bool(one["user"]["id"] == github_id)


def _within(told: list[str], start: int, end: int) -> int:
    return sum(start <= parse_instant(at) < end for at in told)
