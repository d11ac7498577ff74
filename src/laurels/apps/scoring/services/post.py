"""The third layer of an item: what of it is posted, and the entries that bring it there.

What stands is compared with what should stand where the data is; only differences travel. A
changed component is a reversal of its entry and a new one, both at the contribution's own time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec

from laurels.apps import sql
from laurels.apps.scoring.models import Item, LedgerEntry
from laurels.apps.scoring.rulebook import Rulebook
from laurels.apps.scoring.selectors.explain import full_steps
from laurels.apps.scoring.services.appraise import explanations_keep
from laurels.domain.ledger import KIND_OF, Component, Entry, EntryKind, Head, links
from laurels.kit.canonical import canonical_bytes, sha256_hex

PROGRAM = "program"

_DUE = "t.is_settled AND NOT t.is_held"
_DIFFERENT = f"""
SELECT t.id, t.contributor_id, c.ref, t.contribution_id, b.ref, t.scope, s.ref, k.key, j.ref,
       t.kind, t.occurred_at, t.version_id, v.content_hash,
       CASE WHEN {_DUE} THEN t.base ELSE 0 END,
       CASE WHEN {_DUE} THEN t.extra ELSE 0 END,
       CASE WHEN {_DUE} THEN t.penalty ELSE 0 END,
       t.posted_base, t.posted_extra, t.posted_penalty,
       t.base_entry, t.extra_entry, t.penalty_entry,
       t.base_generation, t.extra_generation, t.penalty_generation,
       t.posted_occurred_at, t.posted_version,
       x.digest, x.body, t.is_eligible, t.value_milli, t.factor_part_milli,
       t.appraised_penalty, t.moved_milli,
       t.after_share_milli, t.after_pr_cap_milli, t.decay_rank, t.after_decay_milli,
       t.after_day_milli, t.after_month_milli, t.is_held, t.is_disqualified
FROM scoring_item t
JOIN people_contributor c ON c.id = t.contributor_id
JOIN contributions_contribution b ON b.id = t.contribution_id
JOIN scoring_rulesetversion v ON v.id = t.version_id
JOIN scoring_season k ON k.id = t.season_id
JOIN scoring_explanation x ON x.id = t.steps_id
LEFT JOIN projects_project s ON s.id = t.scope
LEFT JOIN projects_project j ON j.id = t.project_id
WHERE t.is_different AND {{where}} AND {{also}} AND c.erased_at IS NULL
ORDER BY t.occurred_at, t.kind, t.repository_github_id, t.number, c.github_id, t.scope
"""


class _Line(msgspec.Struct, array_like=True, gc=False):
    """One row of `_DIFFERENT`, by name; the three components stand as base, extra, penalty."""

    row: int
    contributor: int
    contributor_ref: str
    contribution: int
    contribution_ref: str
    scope: int
    scope_ref: str | None
    season: str
    project_ref: str | None
    kind: str
    occurred_at: int
    version: int
    ruleset_hash: str
    base: int
    extra: int
    penalty: int
    posted_base: int
    posted_extra: int
    posted_penalty: int
    base_entry: int | None
    extra_entry: int | None
    penalty_entry: int | None
    base_generation: int
    extra_generation: int
    penalty_generation: int
    posted_occurred_at: int | None
    posted_version: int | None
    steps_digest: str
    steps: str
    is_eligible: bool
    value_milli: int
    factor_part_milli: int
    appraised_penalty: int
    moved_milli: int
    after_share_milli: int
    after_pr_cap_milli: int
    decay_rank: int
    after_decay_milli: int
    after_day_milli: int
    after_month_milli: int
    is_held: bool
    is_disqualified: bool


@dataclass(slots=True)
class Posted:
    """How many entries were posted, for whom and for which contributions."""

    entries: int = 0
    people: set[int] = field(default_factory=set)
    contributions: set[int] = field(default_factory=set)


ENTRY_FIELDS = (
    "id", "contributor", "contribution", "contributor_ref", "contribution_ref", "scope", "season",
    "project_ref", "component", "kind", "points", "occurred_at", "posted_at", "ruleset_hash",
    "generation", "is_reversal", "reverses", "source", "explanation_digest", "idempotency_key",
    "previous_hash", "hash",
)  # fmt: skip


def lock_chain() -> Head:
    """Take the lock that makes settles serial and return the end of the chain.

    Must be the first ledger statement of a transaction; it is held until that ends.
    """
    sequence, digest = sql.fetch(
        "UPDATE scoring_chainhead SET sequence = sequence WHERE id = 1 RETURNING sequence, hash"
    )[0]
    return Head(sequence, digest)


def post_group(
    contributors: Sequence[int], book: Rulebook, head: Head, *, source: str, now: int
) -> Posted:
    """Post the differences of these people after `head`, the end of the chain, locked."""
    where, ids = sql.in_ids("t.contributor_id", contributors)
    facts, again = sql.also_in("b.contributor_id", contributors)
    owners, names = sql.also_in("c.id", contributors)
    query = _DIFFERENT.format(where=where, also=f"{facts} AND {owners}")
    lines = [_Line(*row) for row in sql.fetch(query, [*ids, *again, *names])]
    if not lines:
        return Posted()
    return _Poster(book, head, source, now).run(lines)


def chain_entries(
    entries: list[Entry], owners: list[tuple[int, int | None, str | None]], head: Head
) -> None:
    """Hash entries onto the locked chain after `head` and insert them.

    `owners` are (contributor, contribution, idempotency key) of each.
    """
    chained = links(entries, head)
    sql.insert(
        LedgerEntry,
        ENTRY_FIELDS,
        [
            (
                link.entry.sequence, contributor, contribution, link.entry.contributor_ref,
                link.entry.contribution_ref, link.entry.scope, link.entry.season,
                link.entry.project_ref, link.entry.component.value, link.entry.kind.value,
                link.entry.points, link.entry.occurred_at, link.entry.posted_at,
                link.entry.ruleset_hash, link.entry.generation,
                link.entry.kind is EntryKind.REVERSAL, link.entry.reverses, link.entry.source,
                link.entry.explanation_digest, key, link.previous_hash, link.hash,
            )
            for link, (contributor, contribution, key) in zip(chained, owners, strict=True)
        ],
    )  # fmt: skip
    sql.execute(
        "UPDATE scoring_chainhead SET sequence = %s, hash = %s WHERE id = 1",
        [chained[-1].entry.sequence, chained[-1].hash],
    )


class _Poster:
    """Builds the entries of one group in chain order."""

    def __init__(self, book: Rulebook, head: Head, source: str, now: int) -> None:
        self._book = book
        self._source = source
        self._now = now
        self._head = head
        self._sequence = head.sequence
        self._entries: list[Entry] = []
        self._owners: list[tuple[int, int | None, str | None]] = []
        self._bodies: dict[str, bytes] = {}
        self._digests: dict[tuple[Any, ...], str] = {}

    def run(self, lines: list[_Line]) -> Posted:
        updates = [self._line(line) for line in lines]
        explanations_keep(self._bodies)
        if self._entries:
            chain_entries(self._entries, self._owners, self._head)
        sql.update(
            Item,
            ("posted_base", "posted_extra", "posted_penalty", "base_entry", "extra_entry",
             "penalty_entry", "base_generation", "extra_generation", "penalty_generation",
             "posted_occurred_at", "posted_version"),
            updates,
        )  # fmt: skip
        return Posted(
            len(self._entries),
            {line.contributor for line in lines},
            {line.contribution for line in lines},
        )

    def _line(self, line: _Line) -> tuple[Any, ...]:
        posted_hash = self._hash(line.posted_version)
        moved = line.posted_occurred_at is not None and (
            line.posted_occurred_at != line.occurred_at or posted_hash != line.ruleset_hash
        )
        digest = ""
        entries, generations = [], []
        for component, wanted, posted, entry, generation in (
            (Component.BASE, line.base, line.posted_base, line.base_entry, line.base_generation),
            (Component.EXTRA, line.extra, line.posted_extra, line.extra_entry,
             line.extra_generation),
            (Component.PENALTY, -line.penalty, -line.posted_penalty, line.penalty_entry,
             line.penalty_generation),
        ):  # fmt: skip
            if wanted != posted or (moved and posted):
                if posted:
                    self._add(line, component, -posted, generation, "", reverses=entry)
                entry = None
                if wanted:
                    digest = digest or self._digest(line)
                    generation += 1
                    entry = self._add(line, component, wanted, generation, digest)
            entries.append(entry)
            generations.append(generation)
        stands = bool(line.base or line.extra or line.penalty)
        return (
            line.base, line.extra, line.penalty, *entries, *generations,
            line.occurred_at if stands else None, line.version if stands else None, line.row,
        )  # fmt: skip

    def _add(
        self,
        line: _Line,
        component: Component,
        points: int,
        generation: int,
        digest: str,
        *,
        reverses: int | None = None,
    ) -> int:
        self._sequence += 1
        is_reversal = reverses is not None
        self._entries.append(
            Entry(
                sequence=self._sequence,
                contributor_ref=line.contributor_ref,
                contribution_ref=line.contribution_ref,
                scope=PROGRAM if not line.scope else f"project:{line.scope_ref}",
                season=line.season,
                project_ref=line.project_ref or "",
                component=component,
                kind=EntryKind.REVERSAL if is_reversal else KIND_OF[component],
                points=points,
                # A reversal corrects the month that was posted, not the present.
                occurred_at=(line.posted_occurred_at or 0) if is_reversal else line.occurred_at,
                posted_at=self._now,
                ruleset_hash=self._hash(line.posted_version) if is_reversal else line.ruleset_hash,
                generation=generation,
                reverses=reverses,
                source=self._source,
                explanation_digest=digest,
            )
        )
        self._owners.append((line.contributor, line.contribution, None))
        return self._sequence

    def _hash(self, version: int | None) -> str:
        return "" if version is None else self._book.version(version).content_hash

    def _digest(self, line: _Line) -> str:
        key = (
            line.kind, line.steps_digest, line.version, line.value_milli, line.moved_milli,
            line.after_share_milli,
            line.after_pr_cap_milli, line.decay_rank, line.after_decay_milli, line.after_day_milli,
            line.after_month_milli, line.base, line.extra, line.penalty,
        )  # fmt: skip
        found = self._digests.get(key)
        if found is None:
            ruleset = self._book.version(line.version).ruleset
            body = canonical_bytes([line.kind, list(full_steps(line, ruleset))])
            found = self._digests[key] = sha256_hex(body)
            self._bodies[found] = body
        return found
