"""Reading the ledger: is it whole, what stands, what one person's statement says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from laurels.apps import sql
from laurels.domain.ledger import (
    Component,
    Entry,
    EntryKind,
    Head,
    Link,
    Verifier,
    digest,
    digest_line,
)

_CHUNK = 5_000
_ENTRIES = """
SELECT e.id, e.contributor_ref, e.contribution_ref, e.scope, e.season, e.project_ref, e.component,
       e.kind, e.points, e.occurred_at, e.posted_at, e.ruleset_hash, e.generation, e.reverses,
       e.source, e.explanation_digest, e.previous_hash, e.hash
FROM scoring_ledgerentry e WHERE e.id > %s ORDER BY e.id LIMIT %s
"""
_COMPONENTS = {one.value: one for one in Component}
_KINDS = {one.value: one for one in EntryKind}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `ledger verify` found; `first_bad` is (sequence, what is wrong) or None."""

    entries: int
    ok: bool
    first_bad: tuple[int, str] | None
    head: Head


def _links() -> Iterator[Link]:
    """Read the chain in order, a chunk at a time, so that memory stays flat."""
    last = 0
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_ENTRIES, [last, _CHUNK])
            rows = cursor.fetchall()
            for row in rows:
                yield _link(row)
            if len(rows) < _CHUNK:
                return
            last = rows[-1][0]


def _link(row: tuple[Any, ...]) -> Link:
    return Link(
        Entry(
            sequence=row[0],
            contributor_ref=row[1],
            contribution_ref=row[2],
            scope=row[3],
            season=row[4],
            project_ref=row[5],
            component=_COMPONENTS[row[6]],
            kind=_KINDS[row[7]],
            points=row[8],
            occurred_at=row[9],
            posted_at=row[10],
            ruleset_hash=row[11],
            generation=row[12],
            reverses=row[13],
            source=row[14],
            explanation_digest=row[15],
        ),
        row[16],
        row[17],
    )


def ledger_verify() -> Verdict:
    """Recompute the chain and its head; then whose rows its entries are, and what items claim."""
    verifier = Verifier()
    entries = 0
    sequence, head_hash = sql.fetch("SELECT sequence, hash FROM scoring_chainhead WHERE id = 1")[0]
    head = Head(sequence, head_hash)
    try:
        for link in _links():
            bad = verifier.feed(link)
            if bad is not None:
                return Verdict(entries, False, (bad.sequence, bad.detail), head)
            entries += 1
    except KeyError as error:
        return Verdict(entries, False, (entries + 1, f"unknown word {error}"), head)
    if verifier.head != head:
        detail = f"the ledger ends at entry {verifier.head.sequence}, the head says {sequence}"
        return Verdict(entries, False, (verifier.head.sequence + 1, detail), head)
    bad = verifier.check_balances(_claimed_balances())
    if bad is not None:
        return Verdict(entries, False, (bad.sequence, bad.detail), head)
    wrong = _wrong_owner() or _wrong_item()
    return Verdict(entries, wrong is None, wrong, head)


def _claimed_balances() -> dict[tuple[str, str], int]:
    rows = sql.fetch(
        "SELECT ref, scope, SUM(points) FROM ("
        " SELECT c.ref AS ref, CASE WHEN t.scope = 0 THEN 'program' ELSE 'project:' || p.ref END"
        " AS scope, t.posted_base + t.posted_extra - t.posted_penalty AS points"
        " FROM scoring_item t JOIN people_contributor c ON c.id = t.contributor_id"
        " LEFT JOIN projects_project p ON p.id = t.scope"
        " UNION ALL SELECT contributor_ref, scope, points FROM scoring_ledgerentry"
        " WHERE contribution_id IS NULL) q GROUP BY ref, scope HAVING SUM(points) <> 0"
    )
    return {(ref, scope): int(points) for ref, scope, points in rows}


def _wrong_owner() -> tuple[int, str] | None:
    """Find an entry whose columns beside the hash say something else than those inside it."""
    rows = sql.fetch(
        "SELECT MIN(e.id) FROM scoring_ledgerentry e"
        " JOIN people_contributor c ON c.id = e.contributor_id"
        " LEFT JOIN contributions_contribution b ON b.id = e.contribution_id"
        " WHERE c.ref <> e.contributor_ref OR COALESCE(b.ref, '') <> e.contribution_ref"
        " OR e.is_reversal <> (e.kind = 'REVERSAL')"
    )
    found = rows[0][0]
    return None if found is None else (found, f"entry {found} is filed under another's name")


def _wrong_item() -> tuple[int, str] | None:
    """Find an item that names an entry which does not carry its amount."""
    for component, sign in (("base", ""), ("extra", ""), ("penalty", "-")):
        rows = sql.fetch(
            f"SELECT t.{component}_entry FROM scoring_item t LEFT JOIN scoring_ledgerentry e"
            f" ON e.id = t.{component}_entry AND e.component = '{component}'"
            " AND e.contribution_id = t.contribution_id"
            f" WHERE (t.{component}_entry IS NULL AND t.posted_{component} <> 0)"
            f" OR (t.{component}_entry IS NOT NULL AND"
            f" (e.id IS NULL OR e.points <> {sign}t.posted_{component}))"
            f" ORDER BY t.{component}_entry LIMIT 1"
        )
        if rows:
            return int(rows[0][0] or 0), f"an item's {component} does not match its entry"
    return None


@dataclass(frozen=True, slots=True)
class Digest:
    """How many items stand in the ledger, and the SHA-256 over them."""

    active_items: int
    sha256: str


def ledger_digest() -> Digest:
    """Digest what stands, from the entries alone: awards that no reversal took back.

    An erased person's lines carry the word that stands for nobody, 0.
    """
    rows = sql.fetch(
        "SELECT b.kind, r.github_id, b.number, COALESCE(c.github_id, 0),"
        " CASE WHEN e.scope = 'program' THEN 'program' ELSE 'project' END,"
        " e.component, e.points, e.occurred_at, e.ruleset_hash"
        " FROM scoring_ledgerentry e"
        " JOIN contributions_contribution b ON b.id = e.contribution_id"
        " JOIN projects_repository r ON r.id = b.repository_id"
        " JOIN people_contributor c ON c.id = e.contributor_id"
        " WHERE NOT e.is_reversal AND NOT EXISTS"
        " (SELECT 1 FROM scoring_ledgerentry x WHERE x.reverses = e.id)"
    )
    return Digest(len(rows), digest(digest_line(*row) for row in rows))


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry of a person's statement; `balance` runs in the order of posting."""

    sequence: int
    posted_at: int
    occurred_at: int
    kind: str
    component: str
    scope: str
    contribution: str
    subject: str
    points: int
    balance: int
    reverses: int | None
    explanation: str
    explanation_digest: str
    hash: str


def ledger_statement(contributor: int, *, scope: str = "program") -> list[StatementLine]:
    """Return every entry of a person on one scope, in chain order, with a running balance."""
    lines, balance = [], 0
    for row in sql.fetch(
        "SELECT e.id, e.posted_at, e.occurred_at, e.kind, e.component, e.scope, b.kind,"
        " r.full_name, b.number, e.points, e.reverses, x.body, e.explanation_digest, e.hash"
        " FROM scoring_ledgerentry e"
        " LEFT JOIN contributions_contribution b ON b.id = e.contribution_id"
        " LEFT JOIN projects_repository r ON r.id = b.repository_id"
        " LEFT JOIN scoring_explanation x ON x.digest = e.explanation_digest"
        " WHERE e.contributor_id = %s AND e.scope = %s ORDER BY e.id",
        [contributor, scope],
    ):
        balance += row[9]
        lines.append(
            StatementLine(
                sequence=row[0], posted_at=row[1], occurred_at=row[2], kind=row[3],
                component=row[4], scope=row[5], contribution=row[6] or "",
                subject=f"{row[7]}#{row[8]}" if row[7] is not None else "", points=row[9],
                balance=balance, reverses=row[10], explanation=row[11] or "",
                explanation_digest=row[12], hash=row[13],
            )
        )  # fmt: skip
    return lines
