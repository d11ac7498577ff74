"""One page of a search into the database: facts, copies for metrics, languages. One transaction."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from laurels.adapters.github.client.nodes import IssueNode, PullNode, RepositoryNode
from laurels.adapters.github.client.observed import (
    account_of,
    attended,
    database_id,
    observations_of,
)
from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.models_sync import RepositoryLanguages, SyncedPull
from laurels.apps.intake.services.facts import facts_write
from laurels.apps.people.tombstones import redactor
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from laurels.domain.lifecycle import Observation
from laurels.kit.times import instant_of

Node = PullNode | IssueNode

_PULL_FIELDS = (
    "node_id", "database_id", "author", "repository_github_id", "number", "state", "is_draft",
    "created_at", "updated_at", "closed_at", "merged_at", "additions", "deletions",
    "changed_files", "comments", "reviews", "is_attended",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageWritten:
    """What a page came to: people whose points may move, and private things left out."""

    concerned: frozenset[int]
    withheld: int


def page_write(
    nodes: Sequence[Node],
    *,
    at: int,
    author: tuple[int, int] | None,
    register: Register,
    bot_logins: Collection[str],
    now: int,
    acting: Actor,
) -> PageWritten:
    """Write a page read at `at`, inside the caller's transaction.

    Facts go where the repository is ours, or may become so. Of a synced person (`author`: row and
    GitHub id) the public pull requests of all repositories are kept as well. What is private and
    not ours is left out and counted.
    """
    ours = _ours(nodes)
    shown = [n for n in nodes if n.repository.is_private is not True or _id(n) in ours]
    wanted = [node for node in shown if _is_wanted(node, ours, register)]
    observations: list[Observation] = [
        seen for node in wanted for seen in observations_of(node, at)
    ]
    concerned: frozenset[int] = frozenset()
    if observations:
        concerned = facts_write(
            observations, register=register, bot_logins=bot_logins, now=now, acting=acting
        ).concerned
    if author is not None:
        _pulls_keep([node for node in shown if isinstance(node, PullNode)], author)
    _languages_keep({_id(node): node.repository for node in shown}, at)
    return PageWritten(concerned, len(nodes) - len(shown))


def work_keep(nodes: Sequence[PullNode], author: tuple[int, int], at: int) -> None:
    """Keep a person's pull requests and the languages of their repositories, and no facts."""
    _pulls_keep(nodes, author)
    _languages_keep({_id(node): node.repository for node in nodes}, at)


def reviews_lacking(nodes: Sequence[Node], register: Register) -> list[PullNode]:
    """Return the pull requests whose facts are wanted and whose page lacks some reviews."""
    long = [n for n in nodes if isinstance(n, PullNode) and n.reviews.page_info.has_next_page]
    ours = _ours(long) if long else set()
    return [node for node in long if _is_wanted(node, ours, register)]


def _is_wanted(node: Node, ours: Collection[int], register: Register) -> bool:
    owner = node.repository.name_with_owner.partition("/")[0]
    return _id(node) in ours or (node.repository.is_private is not True and register.allows(owner))


def _id(node: Node) -> int:
    return node.repository.database_id


def _ours(nodes: Sequence[Node]) -> set[int]:
    ids = {_id(node) for node in nodes}
    return set(Repository.objects.filter(github_id__in=ids).values_list("github_id", flat=True))


def _pulls_keep(nodes: Sequence[PullNode], author: tuple[int, int]) -> None:
    # A login may have been taken over meanwhile: only the id says whose they are.
    row, github_id = author
    by = {node.id: account_of(node.author) for node in nodes}
    mine = [node for node in nodes if (one := by[node.id]) is not None and one.id == github_id]
    rows = {node.id: _row(node, row) for node in mine}
    table = SyncedPull._meta.db_table
    sql.upsert(
        SyncedPull,
        _PULL_FIELDS,
        [rows[key] for key in sorted(rows)],
        key=["node_id"],
        guard=f"excluded.updated_at >= {table}.updated_at",
    )


def _row(node: PullNode, author: int) -> tuple[object, ...]:
    closed, merged = node.closed_at, node.merged_at
    return (
        node.id,
        database_id(node.full_database_id),
        author,
        _id(node),
        node.number,
        node.state.lower(),
        node.is_draft,
        instant_of(node.created_at),
        instant_of(node.updated_at),
        None if closed is None else instant_of(closed),
        None if merged is None else instant_of(merged),
        node.additions,
        node.deletions,
        node.changed_files,
        node.comments.total_count,
        node.reviews.total_count,
        attended(node),
    )


def _languages_keep(repositories: dict[int, RepositoryNode], at: int) -> None:
    rows = []
    erased = redactor()
    for github_id, node in sorted(repositories.items()):
        languages = node.languages
        if languages is None:
            continue
        edges = [edge for edge in languages.edges or () if edge is not None]
        shares = {edge.node.name: edge.size for edge in edges}
        name = node.name_with_owner
        rows.append(
            (
                github_id,
                "" if erased.redact(name) != name else name,
                node.is_private,
                languages.total_size,
                json.dumps(shares, sort_keys=True),
                at,
            )
        )
    table = RepositoryLanguages._meta.db_table
    sql.upsert(
        RepositoryLanguages,
        ("github_id", "full_name", "is_private", "total_bytes", "languages", "read_at"),
        rows,
        key=["github_id"],
        guard=f"excluded.read_at > {table}.read_at",
    )
