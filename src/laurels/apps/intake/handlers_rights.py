"""The look for somebody else who administers a repository, once its registrar does no more."""

from __future__ import annotations

import json
from contextlib import suppress

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services.events.rights import RIGHTS
from laurels.apps.intake.services.sync.jobs import limits_kept
from laurels.apps.intake.services.sync.rights import others_ask
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import handler
from laurels.apps.recognition.services import settle_dirty
from laurels.apps.scoring.rulebook import NoRuleset


@handler(RIGHTS, own_transactions=True)
def repository_rights(job: Job, now: int) -> str:
    """Ask the others on the team; disable the repository where nobody administers it."""
    registration = json.loads(job.arguments)["registration"]
    github = settings.LAURELS_GITHUB()
    done = limits_kept(
        lambda: others_ask(registration, github=github, now=now, acting=SYSTEM), now=now
    )
    if done == "disabled":
        # Before the program begins nobody has points to settle.
        with suppress(NoRuleset):
            settle_dirty(acting=SYSTEM, source=f"job:{job.pk}", now=now)
    return done
