"""What happened to repositories themselves, as webhooks tell it or reconciling finds it."""

from __future__ import annotations

from collections.abc import Collection

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.models import RepositoryEvent
from laurels.apps.contributions.services import contributions_touch
from laurels.apps.projects.services.happenings import (
    GIVEN_AWAY,
    GIVEN_BACK,
    disablements_follow,
)
from laurels.apps.scoring.services import dirty_mark

Change = tuple[int, str, int]
"""(row of the repository, what happened to it, at)."""

_OTHERWISE = {GIVEN_AWAY: GIVEN_BACK, GIVEN_BACK: GIVEN_AWAY}


def changes_tell(changes: Collection[Change], *, acting: Actor, now: int) -> None:
    """Keep what happened to repositories, and let when they are disabled follow from all of it.

    Runs in the caller's transaction and settles nothing: whose points may move is marked dirty.
    Order and repetition do not matter. Whether a new owner is one of ours is decided when it is
    first told; told again, the first decision stands, whatever was registered since.
    """
    if not changes:
        return
    rows = {row for row, _, _ in changes}
    known = {(row, action, at) for row, one in changes_of(rows).items() for at, action in one}
    new = [one for one in changes if (one[0], _OTHERWISE.get(one[1]), one[2]) not in known]
    sql.insert(RepositoryEvent, ("repository", "action", "at"), sorted(new), ignore_conflicts=True)
    changed = disablements_follow(changes_of(rows), now=now, acting=acting)
    if changed:
        dirty_mark(contributions_touch(repositories=changed, acting=acting))


def changes_of(rows: Collection[int]) -> dict[int, list[tuple[int, str]]]:
    """Return (at, what happened) of these repositories, in no order."""
    where, parameters = sql.in_ids("repository_id", rows)
    found: dict[int, list[tuple[int, str]]] = {row: [] for row in rows}
    for row, at, action in sql.fetch(
        f"SELECT repository_id, at, action FROM contributions_repositoryevent WHERE {where}",
        parameters,
    ):
        found[row].append((at, action))
    return found
