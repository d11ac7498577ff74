"""What GitHub shows of a repository against the last that was told of it here.

A webhook tells when something happened; a reading only that it did, so what is found has the
instant of the reading and the true one, told late, moves it back. One thing is told kinder: nothing
can be done in an archived repository, so one that was opened again unheard was never away.
"""

from __future__ import annotations

from collections.abc import Iterable

from laurels.adapters.github.client.nodes import RepositoryNode
from laurels.apps.intake.services.events.repositories import Change, changes_of
from laurels.apps.projects.models import Repository
from laurels.apps.projects.selectors_registering import owners_ours
from laurels.apps.projects.services.happenings import GIVEN_AWAY, GIVEN_BACK

_PAIRS = {"private": ("privatized", "publicized"), "archived": ("archived", "unarchived")}


def changes_found(row: Repository, node: RepositoryNode, *, at: int) -> list[Change]:
    """Return what must have happened since the last word, for GitHub to show what it does.

    The row is as it was before the reading.
    """
    told = changes_of([row.pk])[row.pk]
    found: list[Change] = []
    shown = {"private": node.is_private, "archived": node.is_archived}
    for what, (begins, ends) in _PAIRS.items():
        last = _last(told, (begins, ends))
        is_told = last is not None and last[1] == begins
        if shown[what] is None or shown[what] == is_told:
            continue
        moment = at
        if what == "archived" and last is not None and not shown[what]:
            moment = last[0] + 1
        found.append((row.pk, begins if shown[what] else ends, moment))
    last = _last(told, ("deleted", "created"))
    if last is not None and last[1] == "deleted":
        found.append((row.pk, "created", at))
    owner = node.owner
    if owner is not None and _is_another(row.owner_github_id, owner.database_id):
        is_ours = owner.login.casefold() in owners_ours([owner.login])
        found.append((row.pk, GIVEN_BACK if is_ours else GIVEN_AWAY, at))
    return found


def words_of(row: Repository, node: RepositoryNode) -> list[tuple[str, str, str]]:
    """Return (what, as it is here, as GitHub shows it) for a report of differences."""
    told = changes_of([row.pk])[row.pk]
    words = []
    if node.is_private is not None:
        there = "private" if node.is_private else "public"
        words.append(("visibility", "private" if row.is_private else "public", there))
    if node.is_archived is not None:
        last = _last(told, _PAIRS["archived"])
        here = "archived" if last is not None and last[1] == "archived" else "in use"
        words.append(("archive", here, "archived" if node.is_archived else "in use"))
    owner = node.owner
    if owner is not None and _is_another(row.owner_github_id, owner.database_id):
        words.append(("owner", f"id {row.owner_github_id}", f"id {owner.database_id}"))
    return words


def _is_another(here: int | None, there: int | None) -> bool:
    return here is not None and there is not None and here != there


def _last(told: Iterable[tuple[int, str]], of: tuple[str, str]) -> tuple[int, str] | None:
    """Return the newest of two opposite words; at one second the one that takes away."""
    words = [one for one in told if one[1] in of]
    return max(words, key=lambda one: (one[0], one[1] == of[0]), default=None)
