"""Jobs of the standings room: boards that a changed tag has moved."""

from __future__ import annotations

from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, handler
from laurels.apps.jobs.services import renew
from laurels.apps.projects.services.projects import REBUILD
from laurels.apps.standings.services import standings_rebuild


@handler(REBUILD, own_transactions=True, lease_seconds=3_600, queue=BULK)
def rebuild(job: Job, now: int) -> dict[str, int]:
    """Bring everybody's standings to what items and tags say."""
    changed = standings_rebuild(
        now=now, progress=lambda at, of: renew(job, now=now, progress=f"{at}/{of}")
    )
    return {"rows": changed}
