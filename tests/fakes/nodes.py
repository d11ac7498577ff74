"""What a sync reads, as nodes: a person, and small pull requests that somebody commented on."""

from __future__ import annotations

from datetime import UTC, datetime

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
    Reviews,
)

BEN = Actor("ben", "User", 8)
PLACE = RepositoryNode(
    "R_1", 1, "acme/widgets", False, False, owner=Actor("acme", "Organization", 900),
    languages=Languages(10, [LanguageEdge(10, LanguageName("Python"))]),
)  # fmt: skip
HIDDEN = RepositoryNode(
    "R_2", 2, "acme/secrets", False, True, owner=Actor("acme", "Organization", 900),
    languages=Languages(10, [LanguageEdge(10, LanguageName("Python"))]),
)  # fmt: skip
"""A private repository."""


def moment(instant: int) -> datetime:
    """Return an instant as GraphQL's DateTime is read."""
    return datetime.fromtimestamp(instant, UTC)


def pull_node(
    number: int,
    author: Actor,
    now: int,
    *,
    state: str = "MERGED",
    is_attended: bool = True,
    place: RepositoryNode = PLACE,
) -> PullNode:
    """Return a pull request, opened a day before `now` and settled soon after."""
    opened, at = moment(now - 90_000 - number), moment(now - 9_000)
    remarks = [CommentNode(at, BEN if is_attended else author)]
    is_open = state == "OPEN"
    return PullNode(
        id=f"PR_{author.database_id}_{number}", full_database_id=None, number=number,
        title=f"Mend {number}", state=state, created_at=opened, updated_at=at,
        closed_at=None if is_open else at, merged_at=at if state == "MERGED" else None,
        additions=5, deletions=1, changed_files=1, author=author, repository=place,
        comments=Comments(1, remarks), given_reviews=Reviews(),
    )  # fmt: skip


def person_node(author: Actor, now: int, *, reviews: int = 4, issues: int = 2) -> PersonNode:
    """Return a person whose profile counts so much in each of the three years."""
    spans = [Contributed(1, reviews, issues) for _ in range(3)]
    return PersonNode(author.database_id or 0, author.login, "User", moment(now - 10**8), *spans)
