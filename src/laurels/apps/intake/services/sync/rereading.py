"""Ask GitHub again about what we know: repositories by name, pull requests by number, in bulk.

One request asks about many: each is an alias in one GraphQL document (fifty pull requests of up to
fifty repositories), so that nothing is a call of its own. What GitHub answers is matched by numeric
id: a name that leads elsewhere by now is no answer about ours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import msgspec

from laurels.adapters.github.client import GitHub
from laurels.adapters.github.client.graphql import Gap, with_fragments
from laurels.adapters.github.client.nodes import (
    IssueNode,
    PullNode,
    RepositoryNode,
    SearchData,
)
from laurels.domain import windows
from laurels.domain.windows import Step, Window
from laurels.kit.times import instant_of

GROUP = 50
SEARCHED_TOGETHER = 10
"""Repositories that one search names: its text may not grow without end."""


@dataclass(frozen=True, slots=True)
class Place:
    """One of our repositories: its row, GitHub's id and the name we know."""

    row: int
    github_id: int
    full_name: str


@dataclass(frozen=True, slots=True)
class Reread:
    """A repository as GitHub shows it now; None where the name shows nothing, or another."""

    place: Place
    node: RepositoryNode | None
    is_reused: bool
    at: int


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of GitHub's with the instant they were read at."""

    nodes: tuple[PullNode | IssueNode, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Unread:
    """Rows of a window that no search shows."""

    window: Window
    expected: int
    received: int


def repositories_reread(github: GitHub, places: Sequence[Place]) -> Iterator[Reread]:
    """Yield each repository as it is now, fifty a request."""
    for start in range(0, len(places), GROUP):
        group = places[start : start + GROUP]
        fields = ["...repository"] * len(group)
        read = github.ask(
            _document("repositories", fields), _names(group), dict[str, RepositoryNode | None]
        )
        for number, place in enumerate(group):
            node = read.data.get(f"r{number}")
            is_ours = node is not None and node.database_id == place.github_id
            yield Reread(
                place, node if is_ours else None, node is not None and not is_ours, read.at
            )


def pulls_reread(
    github: GitHub, wanted: Mapping[Place, Sequence[int]]
) -> Iterator[tuple[Page, tuple[Gap, ...]]]:
    """Yield these pull requests by number, fifty a request, with what GitHub did not show."""
    every = [(place, number) for place in wanted for number in wanted[place]]
    for start in range(0, len(every), GROUP):
        group: dict[Place, list[int]] = {}
        for place, number in every[start : start + GROUP]:
            group.setdefault(place, []).append(number)
        fields = []
        for numbers in group.values():
            inner = " ".join(f"p{n}: pullRequest(number: {n}) {{ ...pull }}" for n in numbers)
            fields.append(f"databaseId {inner}")
        read = github.ask(
            _document("pulls", fields),
            _names(list(group)),
            dict[str, dict[str, msgspec.Raw] | None],
            cost=GROUP // 8,
        )
        nodes: list[PullNode | IssueNode] = []
        for place_number, place in enumerate(group):
            found = read.data.get(f"r{place_number}")
            if found is None or bytes(found["databaseId"]) != str(place.github_id).encode():
                continue
            for key, raw in found.items():
                if key.startswith("p") and bytes(raw) != b"null":
                    nodes.append(msgspec.json.decode(raw, type=PullNode))
        yield Page(tuple(nodes), read.at), read.gaps


def subject_reread(
    github: GitHub, place: Place, number: int, *, is_pull_request: bool
) -> tuple[PullNode | IssueNode | None, int]:
    """Return one pull request or issue as it is now, and when that was; None: not shown."""
    field, spread = ("pullRequest", "pull") if is_pull_request else ("issue", "issue")
    asked = f"databaseId subject: {field}(number: {number}) {{ ...{spread} }}"
    read = github.ask(
        _document("subject", [asked]), _names([place]), dict[str, dict[str, msgspec.Raw] | None]
    )
    found = read.data.get("r0")
    if found is None or bytes(found["databaseId"]) != str(place.github_id).encode():
        return None, read.at
    raw = found["subject"]
    if bytes(raw) == b"null":
        return None, read.at
    kind: type[PullNode | IssueNode] = PullNode if is_pull_request else IssueNode
    return msgspec.json.decode(raw, type=kind), read.at


def moved(github: GitHub, places: Sequence[Place], window: Window) -> Iterator[Page | Unread]:
    """Yield what moved in these repositories in a window, splitting it as a sync does."""
    for start in range(0, len(places), SEARCHED_TOGETHER):
        names = " ".join(f"repo:{one.full_name}" for one in places[start : start + 10])
        for kind in ("is:pr", "is:issue"):
            yield from _searched(github, f"{names} {kind}", window)


def _searched(github: GitHub, words: str, window: Window) -> Iterator[Page | Unread]:
    pending, size = [window], 100
    while pending:
        one = pending.pop()
        query = f"{words} updated:{one.as_search()} sort:updated-asc"
        cursor: str | None = None
        received, counted = 0, 0
        while True:
            asked = {"query": query, "after": cursor}
            read, size = github.query_page("search", asked, SearchData, first=size)
            found = read.data.search
            nodes = tuple(node for node in found.nodes or () if node is not None)
            counted = found.issue_count
            if cursor is None and windows.step(one, counted) is Step.SPLIT:
                first = min((instant_of(node.updated_at) for node in nodes), default=None)
                left, right = windows.halves(one, first)
                pending += [right, left]
                break
            received += len(nodes)
            yield Page(nodes, read.at)
            cursor = found.page_info.end_cursor if found.page_info.has_next_page else None
            if cursor is None:
                if received < counted:
                    yield Unread(one, counted, received)
                break


def _document(name: str, fields: Sequence[str]) -> str:
    """Return a query that asks for these fields of as many repositories, `r0`, `r1` and so on."""
    asked = ", ".join(f"$o{n}: String!, $n{n}: String!" for n in range(len(fields)))
    lines = [
        f"r{n}: repository(owner: $o{n}, name: $n{n}) {{ {one} }}" for n, one in enumerate(fields)
    ]
    return with_fragments(f"query {name}({asked}) {{\n" + "\n".join(lines) + "\n}\n")


def _names(places: Sequence[Place]) -> dict[str, str]:
    """Return the names beside the query, so that whatever one holds it stays a name."""
    found: dict[str, str] = {}
    for number, place in enumerate(places):
        owner, _, name = place.full_name.partition("/")
        found |= {f"o{number}": owner, f"n{number}": name}
    return found
