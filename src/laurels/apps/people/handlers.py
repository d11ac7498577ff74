"""Jobs of the people room: what ran out is forgotten."""

from __future__ import annotations

from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.apps.people.services.api_tokens import access_sweep
from laurels.apps.people.services.references import token_references_sweep


@handler("access.sweep", every=3_600)
def sweep(job: Job, now: int) -> dict[str, int] | None:
    """Forget token references that ran out, and tokens and sign-ins that ended a month ago."""
    gone = token_references_sweep(now=now) + access_sweep(now=now)
    return {"rows": gone} if gone else None
