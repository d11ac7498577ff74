"""The audit chain as arithmetic: what a row's hash covers and how a chain is checked.

A row's hash is SHA-256 over the canonical JSON of all its other columns, the hash of the row
before among them; the first row follows sixty-four zeros. Changing, removing, adding or swapping
rows breaks a hash, a link or a number. Rows cut off at the end are found through the head row;
somebody who may rewrite the whole table and the head as well is found only from outside.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from laurels.apps.audit.models import AuditRow
from laurels.kit.canonical import canonical_bytes, sha256_hex

GENESIS = "0" * 64
_COVERED = (
    "id",
    "at",
    "actor",
    "action",
    "subject",
    "before",
    "after",
    "reason",
    "request_id",
    "previous_hash",
)


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a walk along the chain found.

    `rows` were read in order before the walk ended; `first_bad` is the place of the first row that
    is wrong or missing, `fault` says how; `head` is the hash at the end of the good part.
    """

    rows: int
    ok: bool
    first_bad: int | None
    head: str
    fault: str = ""


def row_hash(row: AuditRow) -> str:
    """Compute the hash that belongs to the row's other columns."""
    return sha256_hex(canonical_bytes({name: getattr(row, name) for name in _COVERED}))


def walk(rows: Iterable[AuditRow], *, head_sequence: int, head_hash: str) -> AuditVerdict:
    """Check rows given in the order of their ids against each other and against the head."""
    count, previous = 0, GENESIS
    for row in rows:
        fault = _fault_of(row, count + 1, previous)
        if fault:
            return AuditVerdict(count, False, min(row.id, count + 1), previous, fault)
        count, previous = row.id, row.hash
    if count != head_sequence:
        fault = f"the head says {head_sequence} rows, there are {count}"
        return AuditVerdict(count, False, min(count, head_sequence) + 1, previous, fault)
    if previous != head_hash:
        return AuditVerdict(count, False, count, previous, "the head has another hash")
    return AuditVerdict(count, True, None, previous)


def _fault_of(row: AuditRow, expected_id: int, previous: str) -> str:
    if row.id != expected_id:
        return f"row {expected_id} is missing, row {row.id} follows"
    if row.previous_hash != previous:
        return "the row does not continue the one before"
    if row.hash != row_hash(row):
        return "the row is not what was hashed"
    return ""
