"""Jobs of the projects room: connecting repositories with GitHub."""

from __future__ import annotations

import json

from django.conf import settings

from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.apps.projects.services.registering import CONNECT


@handler(CONNECT, own_transactions=True)
def connect(job: Job, now: int) -> str:
    """Do the steps of a registration that are not done yet."""
    # Loaded with the first such job: the HTTP client behind it takes 10 MB.
    from laurels.apps.projects.services.connecting import registration_connect

    arguments = json.loads(job.arguments)
    return registration_connect(
        arguments["registration"], github=settings.LAURELS_GITHUB(), now=now
    )
