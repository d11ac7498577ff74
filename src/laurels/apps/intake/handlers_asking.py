"""Jobs with one question to GitHub each: who administers a repository, which of two is true."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.handlers_sync import NO_TOKENS
from laurels.apps.intake.services.events.rights import RIGHTS
from laurels.apps.intake.services.sync.jobs import has_tokens, limits_kept
from laurels.apps.intake.services.sync.rights import others_ask
from laurels.apps.intake.services.sync.settling import tie_settle
from laurels.apps.intake.services.ties import AFTER_SECONDS, REREAD
from laurels.apps.jobs.errors import PutOff
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import BULK, handler
from laurels.apps.recognition.services import settle_what_waits


@handler(RIGHTS, own_transactions=True)
def repository_rights(job: Job, now: int) -> str:
    """Ask the others on the team; disable the repository where nobody administers it."""
    registration = json.loads(job.arguments)["registration"]
    github = settings.LAURELS_GITHUB()
    done = limits_kept(
        lambda: others_ask(registration, github=github, now=now, acting=SYSTEM), now=now
    )
    if done == "disabled":
        settle_what_waits(acting=SYSTEM, source=f"job:{job.pk}", now=now)
    return done


@handler(REREAD, own_transactions=True, queue=BULK)
def subject_reread(job: Job, now: int) -> str | dict[str, Any]:
    """Read a pull request or issue again of which two things were told of one second."""
    arguments = json.loads(job.arguments)
    github = settings.LAURELS_GITHUB()
    if not has_tokens(github):
        return NO_TOKENS
    done = limits_kept(
        lambda: tie_settle(
            arguments["repository"],
            arguments["number"],
            github=github,
            now=now,
            acting=SYSTEM,
            bot_logins=settings.LAURELS.bot_logins,
        ),
        now=now,
    )
    if done == "early":
        raise PutOff(now + AFTER_SECONDS, "GitHub is still in that second")
    if done == "read":
        settle_what_waits(acting=SYSTEM, source=f"job:{job.pk}", now=now)
    return done
