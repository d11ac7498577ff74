"""Write the audit chain, and check it.

Guarantee: rows are numbered without gaps in the order of their commits, and each carries the hash
of the one before. The first statement of `record` updates the one head row, whose lock holds other
writers until the caller's transaction ends; a rolled-back transaction leaves neither row nor gap.
Not guaranteed: that a row's words name nobody. A row can never be changed, so `subject`, `before`,
`after` and `reason` must carry references, never logins or names: these must be erasable.
"""

from __future__ import annotations

from typing import Any

from django.db import transaction

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.chain import AuditVerdict, row_hash, walk
from laurels.apps.audit.models import AuditHead, AuditRow
from laurels.kit.canonical import canonical_bytes

_STEP = "UPDATE audit_audithead SET sequence = sequence + 1 WHERE id = 1 RETURNING sequence, hash"
_LIMITED = ("actor", "action", "subject", "reason", "request_id")


@transaction.atomic
def record(
    *,
    acting: Actor,
    action: str,
    subject: str,
    before: Any = None,
    after: Any = None,
    reason: str = "",
    request_id: str = "",
    now: int,
) -> AuditRow:
    """Append one row in the caller's transaction.

    `action` is a tag `noun:verb`; `before` and `after` are JSON values (NotCanonical where they
    are not). ValueError names a text that is too long; nothing is written then.
    """
    row = AuditRow(
        at=now,
        actor=acting.name,
        action=action,
        subject=subject,
        before=_text(before),
        after=_text(after),
        reason=reason,
        request_id=request_id,
    )
    for name in _LIMITED:
        longest = AuditRow._meta.get_field(name).max_length  # type: ignore[union-attr]
        if longest is not None and len(getattr(row, name)) > longest:
            raise ValueError(f"audit: {name} has more than {longest} characters")
    row.id, row.previous_hash = _step()
    row.hash = row_hash(row)
    row.save()
    AuditHead.objects.filter(pk=1).update(hash=row.hash)
    return row


def verify() -> AuditVerdict:
    """Recompute the chain from its first row and name the first that is wrong, if any."""
    with transaction.atomic():
        # On PostgreSQL rows may be added while we read: take the head first, read up to it, then
        # ask in one statement whether any row lies beyond the head of that moment.
        head = AuditHead.objects.filter(pk=1).first() or AuditHead()
        rows = AuditRow.objects.filter(id__lte=head.sequence).order_by("id")
        verdict = walk(
            rows.iterator(chunk_size=2_000), head_sequence=head.sequence, head_hash=head.hash
        )
        beyond = sql.fetch(
            "SELECT MIN(id) FROM audit_auditrow WHERE id >"
            " (SELECT COALESCE(MAX(sequence), 0) FROM audit_audithead)"
        )[0][0]
    if verdict.ok and beyond is not None:
        return AuditVerdict(verdict.rows, False, beyond, verdict.head, "a row follows the head")
    return verdict


def _step() -> tuple[int, str]:
    """Take the next place in the chain and hold the head until the transaction ends."""
    found = sql.fetch(_STEP)
    if not found:
        AuditHead.objects.bulk_create([AuditHead(pk=1)], ignore_conflicts=True)
        found = sql.fetch(_STEP)
    return found[0]


def _text(value: Any) -> str:
    return "" if value is None else canonical_bytes(value).decode()
