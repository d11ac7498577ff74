"""The audit chain as arithmetic: what a row's hash covers and how a chain is checked."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AuditVerdict:
    """What a walk along the chain found; `first_bad` is the place of the first wrong row."""

    rows: int
    ok: bool
    first_bad: int | None
    head: str
    fault: str = ""
