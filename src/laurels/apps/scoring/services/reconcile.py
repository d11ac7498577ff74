"""Bring the ledger of some people to what their facts, the rules and the clock say.

Guarantee: afterwards the active items of these people are a pure function of facts, versions and
`now`, whatever was posted before; a second call posts nothing. The number of statements does not
depend on the number of people or contributions. Settles are serial: the chain head is locked by
the first statement and until the caller's transaction ends.
Not guaranteed: boards and tiers; `recognition.services.settle` brings those along.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.scoring.rulebook import Rulebook, rulebook
from laurels.apps.scoring.services.appraise import SeasonRow, appraise_group
from laurels.apps.scoring.services.limits import limit_group
from laurels.apps.scoring.services.post import lock_chain, post_group


@dataclass(slots=True)
class Reconciled:
    """What one group came to: items examined, made, changed; entries; whom it touched.

    Changed are items that were there before and whose posted or limited amount moved.
    `touched` has everybody whose posted or pending amounts may differ now. `failed` holds
    (contributor, reason) of people who were left at their last amount.
    """

    examined: int = 0
    created: int = 0
    changed: int = 0
    unchanged: int = 0
    entries_posted: int = 0
    touched: frozenset[int] = frozenset()
    failed: list[tuple[int, str]] = field(default_factory=list)


def reconcile(
    contributors: Collection[int],
    *,
    source: str,
    now: int,
    acting: Actor,
    marks: Sequence[int] = (),
    book: Rulebook | None = None,
    seasons: Sequence[SeasonRow] | None = None,
) -> Reconciled:
    """Reconcile a group of at most some ten thousand people inside the caller's transaction.

    `marks` are the dirty marks that this call answers; they are removed, but for those of people
    who failed. Raises NoRuleset when nothing is published.
    """
    head = lock_chain()
    book = book or rulebook()
    group = sorted(contributors)
    appraised = appraise_group(group, book, seasons or season_rows(), now=now)
    sound = [one for one in group if one not in appraised.failed]
    examined = _count(sound)
    # Limits are a function of what appraisal wrote: nothing written, nothing to limit.
    limited = limit_group(
        sorted(appraised.people), [book.version(row) for row in sorted(appraised.versions)]
    )
    settled = _settle_due(sound, now)
    posted = post_group(sound, book, head, source=source, now=now)
    _remove_marks(marks, appraised.failed)
    touched = appraised.people.union(limited.values(), settled, posted.people)
    if marks:
        # Who was marked may have a new login or an adjustment, which no item tells.
        touched.update(sound)
    moved = posted.contributions | (limited.keys() - appraised.rewritten)
    changed = len(moved - appraised.created)
    return Reconciled(
        examined=examined,
        created=len(appraised.created),
        changed=changed,
        unchanged=examined - len(appraised.created) - changed,
        entries_posted=posted.entries,
        touched=frozenset(touched),
        failed=sorted(appraised.failed.items()),
    )


def season_rows() -> list[SeasonRow]:
    """Read the seasons as appraisal wants them."""
    return sql.fetch("SELECT id, key, starts_at, ends_at FROM scoring_season ORDER BY id")


def _count(group: Sequence[int]) -> int:
    """Return how many items these people have."""
    where, ids = sql.in_ids("contributor_id", group)
    return int(sql.fetch(f"SELECT COUNT(*) FROM scoring_item WHERE {where}", ids)[0][0])


def _settle_due(group: Sequence[int], now: int) -> set[int]:
    where, ids = sql.in_ids("contributor_id", group)
    rows = sql.fetch(
        f"UPDATE scoring_item SET is_settled = TRUE WHERE NOT is_settled AND settles_at <= %s"
        f" AND {where} RETURNING contributor_id",
        [now, *ids],
    )
    return {row[0] for row in rows}


def _remove_marks(marks: Sequence[int], failed: Collection[int]) -> None:
    if not marks:
        return
    where, ids = sql.in_ids("id", marks)
    spared, parameters = sql.in_ids("contributor_id", failed)
    sql.execute(f"DELETE FROM scoring_dirtymark WHERE {where} AND NOT ({spared})", ids + parameters)
