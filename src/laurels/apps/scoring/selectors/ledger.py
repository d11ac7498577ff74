"""Reading the ledger: what stands in it, and what one person's statement says."""

from __future__ import annotations

from dataclasses import dataclass

from laurels.apps import sql
from laurels.domain.ledger import digest, digest_line


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
