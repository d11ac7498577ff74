"""Recalculation: one code path for one person, a selection and everybody.

What it does is what a settle does; what it adds is whom to take, a dry run, and an account. Only
differences are posted, so a second run posts nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.contributions.services import contributions_touch
from laurels.apps.people.selectors import logins_of
from laurels.apps.recognition.services.staircase import Progress, Settled, settle

_WITH_FACTS = """
SELECT c.id FROM people_contributor c WHERE c.erased_at IS NULL AND EXISTS
 (SELECT 1 FROM contributions_contribution b WHERE b.contributor_id = c.id)
"""
_SINCE = """
SELECT b.contributor_id FROM contributions_contribution b
LEFT JOIN contributions_pullrequest p ON p.id = b.pull_request_id
LEFT JOIN contributions_issue i ON i.id = b.issue_id
JOIN people_contributor c ON c.id = b.contributor_id
WHERE c.erased_at IS NULL
  AND (b.occurred_at >= %s OR p.updated_at >= %s OR i.updated_at >= %s OR b.opened_at >=
       (SELECT MIN(v.effective_from) FROM scoring_rulesetversion v WHERE v.published_at >= %s))
UNION SELECT d.contributor_id FROM scoring_dirtymark d
UNION SELECT n.contributor_id FROM people_ban n WHERE n.starts_at >= %s OR n.ends_at >= %s
"""


@dataclass(frozen=True, slots=True)
class Recalculated:
    """The account of a recalculation; `failed` has (login, reason), the rest counts items."""

    examined: int
    created: int
    changed: int
    unchanged: int
    entries_posted: int
    certificates_queued: int
    failed: tuple[tuple[str, str], ...]


def recalculate(
    *,
    acting: Actor,
    now: int,
    contributor_ids: Collection[int] | None = None,
    since: int | None = None,
    is_dry_run: bool = False,
    source: str = "",
    progress: Progress | None = None,
) -> Recalculated:
    """Recalculate these people, those with a fact or rule change since then, or everybody.

    People named one by one are appraised anew from their facts, others where a fact moved. A
    person who fails is named and left at their last amount. A dry run leaves no trace. Raises
    NoRuleset when nothing is published.
    """
    people = _people(contributor_ids, since)
    source = source or f"recalculation:{secrets.token_hex(8)}"
    with transaction.atomic() if is_dry_run else nullcontext():
        worth: dict[tuple[int, int], tuple[Any, ...]] = {}
        if contributor_ids is not None:
            worth = _worth(people)
            contributions_touch(contributors=people, acting=acting)
        settled = settle(people, acting=acting, source=source, now=now, progress=progress)
        if contributor_ids is not None:
            settled = _counted(settled, worth, _worth(people))
        if is_dry_run:
            transaction.set_rollback(True)
    return _account(settled)


def _worth(people: Collection[int]) -> dict[tuple[int, int], tuple[Any, ...]]:
    """Return what each item of these people is worth, and why, by contribution and scope."""
    where, parameters = sql.in_ids("contributor_id", people)
    rows = sql.fetch(
        "SELECT contribution_id, scope, contributor_id, steps_id, reason, is_void, moved_by,"
        " value_milli, base, extra, penalty, posted_base, posted_extra, posted_penalty"
        f" FROM scoring_item WHERE {where}",
        parameters,
    )
    return {row[:2]: row[2:] for row in rows}


def _counted(
    settled: Settled,
    before: Mapping[tuple[int, int], tuple[Any, ...]],
    after: Mapping[tuple[int, int], tuple[Any, ...]],
) -> Settled:
    """Count what differs: appraised anew is everything, changed only what came out otherwise."""
    created = len(after.keys() - before.keys())
    gone = len(before.keys() - after.keys())
    changed = gone + sum(before[key] != after[key] for key in before.keys() & after.keys())
    unchanged = max(0, settled.examined - created - changed)
    return replace(settled, created=created, changed=changed, unchanged=unchanged)


def _people(contributor_ids: Collection[int] | None, since: int | None) -> list[int]:
    if contributor_ids is not None:
        return sorted(contributor_ids)
    rows = sql.fetch(_WITH_FACTS) if since is None else sql.fetch(_SINCE, [since] * 6)
    return sorted({row[0] for row in rows})


def _account(settled: Settled) -> Recalculated:
    logins = logins_of([person for person, _ in settled.failed])
    return Recalculated(
        examined=settled.examined,
        created=settled.created,
        changed=settled.changed,
        unchanged=settled.unchanged,
        entries_posted=settled.entries_posted,
        certificates_queued=settled.certificates_queued,
        failed=tuple((logins.get(person, ""), reason) for person, reason in settled.failed),
    )
