"""Write the audit chain, and check it."""

from __future__ import annotations

from typing import Any

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.chain import AuditVerdict
from laurels.apps.audit.models import AuditRow


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
    """Append one row."""
    raise NotImplementedError


def verify() -> AuditVerdict:
    """Recompute the chain."""
    raise NotImplementedError
