"""What maintainers are told to look at, in the light of what is known now."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass

from laurels.apps import sql

_ENDED_BY = {"access_lost": "access_gained", "archived": "unarchived"}
_ENDING = frozenset(_ENDED_BY.values())


@dataclass(frozen=True, slots=True)
class SignalRow:
    """One open signal; `number` is the pull request meant and `commit` what showed it, if known.

    `is_disabling` tells of a new owner that none of the program's projects knows.
    """

    pk: int
    kind: str
    repository: int
    number: int | None
    commit: str | None
    at: int
    is_disabling: bool = False


def signals_open(repositories: Collection[int]) -> list[SignalRow]:
    """Return the open signals of these repositories, newest first (one statement).

    A pull request that landed by a commit is a signal only as long as GitHub has not told its
    merge, lost access and being archived only as long as that did not end. Which pull request a
    revert takes back is found by the commit that landed it, too.
    """
    where, parameters = sql.in_ids("s.repository_id", repositories)
    rows = sql.fetch(
        "SELECT s.id, s.kind, s.repository_id, s.number, s.detail, s.at, s.closed_at, p.merged_at"
        " FROM contributions_signal s LEFT JOIN contributions_pullrequest p"
        " ON p.repository_id = s.repository_id AND p.number = s.number"
        f" WHERE {where} ORDER BY s.at DESC, s.id DESC",
        parameters,
    )
    told = [(row, json.loads(row[4])) for row in rows]
    landed = {(row[2], detail["commit"]): row[3] for row, detail in told if row[1] == "landed"}
    ended: dict[tuple[int, str | None], int] = {}
    for row in rows:
        if row[1] in _ENDING:
            ended[row[2], row[1]] = max(row[5], ended.get((row[2], row[1]), 0))
    found = []
    for (pk, kind, repository, number, _, at, closed_at, merged_at), detail in told:
        is_over = (
            closed_at is not None
            or kind in _ENDING
            or (kind == "landed" and merged_at is not None)
            or ended.get((repository, _ENDED_BY.get(kind)), -1) > at
        )
        if is_over:
            continue
        reverted = detail.get("reverted")
        if number is None and reverted is not None:
            number = _landed_by(landed, repository, reverted)
        commit = detail.get("commit") or detail.get("head")
        is_disabling = bool(detail.get("given_away"))
        found.append(SignalRow(pk, kind, repository, number, commit, at, is_disabling))
    return found


def _landed_by(
    landed: dict[tuple[int, str], int | None], repository: int, reverted: str
) -> int | None:
    """Return the pull request of a commit, which a message may name by its beginning alone."""
    for (of, commit), number in landed.items():
        if of == repository and commit.startswith(reverted):
            return number
    return None
