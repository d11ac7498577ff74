"""Reads about pull requests and contributions that pages show."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from laurels.apps import sql
from laurels.kit import cursors

WEEK = 7 * 86_400

_COLUMNS = """
SELECT p.id, r.full_name, p.number, p.title, p.lifecycle, p.draft, p.created_at, p.merged_at,
       p.closed_at
FROM contributions_pullrequest p JOIN projects_repository r ON r.id = p.repository_id
"""
_VISIBLE = "p.is_shown AND NOT p.is_gone"
_PUBLIC = "(r.is_private IS NULL OR NOT r.is_private)"


@dataclass(frozen=True, slots=True)
class PullRow:
    """A pull request in a list; times are None while GitHub has not told them."""

    pk: int
    repository: str
    number: int
    title: str
    state: str
    draft: bool | None
    created_at: int | None
    merged_at: int | None
    closed_at: int | None

    @property
    def subject(self) -> str:
        """Return how GitHub names it: owner/repository#number."""
        return f"{self.repository}#{self.number}"


@dataclass(frozen=True, slots=True)
class Pulls:
    """Some pull requests; `next` is the cursor of the following ones, empty on the last page."""

    rows: tuple[PullRow, ...]
    next: str


def pull_states_of(contributor: int) -> dict[str, int]:
    """Return how many pull requests a person opened, by lifecycle state."""
    return dict(
        sql.fetch(
            "SELECT p.lifecycle, COUNT(*) FROM contributions_pullrequest p"
            " JOIN projects_repository r ON r.id = p.repository_id"
            f" WHERE p.author_id = %s AND {_VISIBLE} AND {_PUBLIC} GROUP BY p.lifecycle",
            [contributor],
        )
    )


def pulls_of(
    contributor: int, states: Collection[str] = (), *, after: str = "", limit: int | None = 20
) -> Pulls:
    """Return a person's pull requests, the newest first; raises InvalidCursor."""
    where = f"p.author_id = %s AND {_VISIBLE} AND {_PUBLIC}"
    parameters: list[Any] = [contributor]
    if states:
        where += f" AND p.lifecycle IN ({', '.join(['%s'] * len(states))})"
        parameters += list(states)
    if after:
        created_at, pk = _place(after)
        where += " AND (COALESCE(p.created_at, 0), p.id) < (%s, %s)"
        parameters += [created_at, pk]
    query = f"{_COLUMNS} WHERE {where} ORDER BY COALESCE(p.created_at, 0) DESC, p.id DESC"
    if limit is not None:
        query += f" LIMIT {int(limit) + 1}"
    rows = [PullRow(*row) for row in sql.fetch(query, parameters)]
    shown = tuple(rows if limit is None else rows[:limit])
    more = len(rows) > len(shown)
    cursor = cursors.encode((shown[-1].created_at or 0, shown[-1].pk)) if more else ""
    return Pulls(shown, cursor)


def _place(after: str) -> tuple[int, int]:
    key = cursors.decode(after)
    if [type(part) for part in key] != [int, int]:
        raise cursors.InvalidCursor("this is the cursor of another list")
    return key  # type: ignore[return-value]


def pull_states_in(repositories: Sequence[int]) -> dict[str, int]:
    """Return how many pull requests these repositories have, by lifecycle state."""
    where, ids = sql.in_ids("p.repository_id", repositories)
    return dict(
        sql.fetch(
            "SELECT p.lifecycle, COUNT(*) FROM contributions_pullrequest p"
            f" WHERE {where} AND {_VISIBLE} GROUP BY p.lifecycle",
            ids,
        )
    )


def merged_lately(repositories: Sequence[int], *, limit: int = 8) -> list[tuple[PullRow, str]]:
    """Return the pull requests merged last in these repositories, each with its author's login.

    The login is empty where the author is not known or was erased.
    """
    where, ids = sql.in_ids("p.repository_id", repositories)
    query = _COLUMNS.replace("p.closed_at", "p.closed_at, COALESCE(a.login, '')", 1)
    rows = sql.fetch(
        f"{query} LEFT JOIN people_contributor a ON a.id = p.author_id AND a.erased_at IS NULL"
        f" WHERE {where} AND {_VISIBLE} AND p.merged_at IS NOT NULL"
        " ORDER BY p.merged_at DESC, p.id DESC LIMIT %s",
        [*ids, limit],
    )
    return [(PullRow(*row[:-1]), row[-1]) for row in rows]


@dataclass(frozen=True, slots=True)
class Activity:
    """What happened in a span: contributions by kind, and merges by week from its start."""

    kinds: dict[str, int]
    weeks: tuple[int, ...]


def activity(since: int, until: int) -> Activity:
    """Count contributions in [since, until) that still stand, in one pass over them."""
    kinds: dict[str, int] = {}
    weeks = [0] * max(1, -(-(until - since) // WEEK))
    for kind, week, count in sql.fetch(
        "SELECT kind, CASE WHEN kind = 'pr_merged' THEN (occurred_at - %s) / %s ELSE 0 END,"
        " COUNT(*) FROM contributions_contribution"
        " WHERE NOT is_withdrawn AND occurred_at >= %s AND occurred_at < %s GROUP BY 1, 2",
        [since, WEEK, since, until],
    ):
        kinds[kind] = kinds.get(kind, 0) + count
        if kind == "pr_merged":
            weeks[week] += count
    return Activity(kinds, tuple(weeks))
