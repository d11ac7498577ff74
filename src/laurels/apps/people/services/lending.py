"""A job that somebody asked for asks GitHub with what they gave us.

It carries a reference to their token, never the token. Guarantee: a job that is taken up by
another worker after its first one died opens the same reference again; one whose reference ran out,
or whose owner took the token back, ends with the word `token_reference_refused` and reads nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings

from laurels.adapters.github.client import GitHub
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.jobs.errors import Ended
from laurels.apps.jobs.models import Job
from laurels.apps.people.errors import TokenReferenceRefused
from laurels.apps.people.services.github_tokens import github_token_refused
from laurels.apps.people.services.references import (
    token_reference_end,
    token_reference_open,
    token_reference_owner,
)
from laurels.kit.clock import Clock


@contextmanager
def lent(job: Job, ref: str, *, github: GitHub, clock: Clock) -> Iterator[GitHub]:
    """Open a job's reference and give GitHub as its owner sees it; forget it when all is done.

    A job that is put off or fails keeps it for its next attempt. Raises Ended where it opens no
    more, and lets a token that GitHub refused hold no longer.
    """
    try:
        token = token_reference_open(
            ref, holder=f"job:{job.pk}", vault=settings.LAURELS_REFERENCE_VAULT, now=clock.now()
        )
    except TokenReferenceRefused as refused:
        raise Ended(f"{refused.code}: {refused}") from refused
    owner = token_reference_owner(ref)
    try:
        yield github.using(token, owner="" if owner is None else owner.ref)
    except Ended as ended:
        token_reference_end(ref, acting=SYSTEM)
        if owner is not None and str(ended).startswith("token_invalid"):
            github_token_refused(owner.pk, token, now=clock.now(), acting=SYSTEM)
        raise
    token_reference_end(ref, acting=SYSTEM)
