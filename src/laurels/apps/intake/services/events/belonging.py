"""Whether a message may be believed: a body must belong to the hook that delivered it.

A repository's own secret speaks for that repository alone. The program's secret, which many hooks
share, speaks for the repositories recorded here and their owners, and for nobody else's.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laurels.adapters.github.webhook_shapes import Mismatch
from laurels.adapters.github.webhooks import Message, Ping, RightsLost, Unhandled
from laurels.apps import sql
from laurels.apps.intake.services.events.model import Received


class NotOurs(Exception):
    """A message about a repository that nobody registered; the App may well see such ones."""


@dataclass(frozen=True, slots=True)
class Ours:
    """Those of the repositories and owners named in a batch that are ours, by GitHub's ids."""

    repositories: frozenset[int]
    owners: frozenset[int]

    @classmethod
    def load(cls, messages: Iterable[Message]) -> Ours:
        """Look up what a batch names (two statements at most)."""
        repositories, owners = set(), set()
        for message in messages:
            if message.repository is not None:
                repositories.add(message.repository.github_id)
            elif message.organization_id is not None:
                owners.add(message.organization_id)
        return cls(_found("github_id", repositories), _found("owner_github_id", owners))


def check_belonging(received: Received, message: Message, ours: Ours) -> None:
    """Raise Mismatch for what may not be believed, NotOurs for what is nobody's business here."""
    repository, told = message.repository, message.told
    own = received.hook_repository
    if own is not None:
        if repository is None:
            raise Mismatch(f"the hook is of one repository, {message.event} is of none")
        if repository.github_id != own:
            raise Mismatch("the body is of another repository than its hook")
    if isinstance(told, Ping) and received.hook_id and told.hook_id != received.hook_id:
        raise Mismatch("the body is of another hook")
    if message.event == "member" and repository is not None:
        owner, organization = repository.owner_github_id, message.organization_id
        if organization is not None and organization != owner:
            raise Mismatch("the organisation does not own the repository")
    if repository is not None:
        if repository.github_id not in ours.repositories:
            if message.has_installation or isinstance(told, Ping):
                raise NotOurs("the repository is not registered")
            raise Mismatch("no such repository is registered")
    elif message.event == "organization" and message.organization_id not in ours.owners:
        raise Mismatch("the organisation owns no repository that is registered")
    elif isinstance(told, RightsLost) and message.organization_id is None:
        raise Mismatch("the body names neither repository nor organisation")


def check_unhandled(received: Received, message: Unhandled) -> None:
    """Raise Mismatch where even a message that is left alone is of another repository."""
    own = received.hook_repository
    if own is not None and message.repository_id not in (None, own):
        raise Mismatch("the body is of another repository than its hook")


def _found(column: str, ids: set[int]) -> frozenset[int]:
    if not ids:
        return frozenset()
    where, parameters = sql.in_ids(column, ids)
    return frozenset(
        row[0]
        for row in sql.fetch(f"SELECT {column} FROM projects_repository WHERE {where}", parameters)
    )
