"""Jobs of the people room: what ran out is forgotten."""

from __future__ import annotations

from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.apps.people.services.api_tokens import access_sweep
from laurels.apps.people.services.references import token_references_sweep
from laurels.apps.people.services.reservations import reservations_sweep
from laurels.apps.people.sessions import SessionStore


@handler("access.sweep", every=3_600)
def sweep(job: Job, now: int) -> dict[str, int] | None:
    """Forget references, reservations and sessions that ran out; tokens, sign-ins a month after."""
    SessionStore.clear_expired()
    gone = token_references_sweep(now=now) + access_sweep(now=now) + reservations_sweep(now=now)
    return {"rows": gone} if gone else None
