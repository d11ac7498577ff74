"""Have somebody's work read from GitHub, and see how that stands.

Everybody may have their own work read; whoever may read others' may name anybody at GitHub. A job
is shown to who asked for it and to staff; to others it is not there.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from ninja import Header, Router, Status

from laurels.adapters.github.client import GitHubFault, Postponed, TokenInvalid
from laurels.adapters.throttle import Rule
from laurels.api import schemas
from laurels.api.access import EVERYBODY, NotAllowed, allow
from laurels.api.answers import REFUSALS
from laurels.api.limits import count
from laurels.api.problems import problem
from laurels.api.schemas_jobs import Enqueued, PersonJob, Sync
from laurels.apps.audit.actors import contributor as as_contributor
from laurels.apps.jobs.selectors import job_get
from laurels.apps.metrics.errors import IdentityMismatch, PersonUnknown
from laurels.apps.metrics.selectors.jobs import job_payload, person_job_get
from laurels.apps.metrics.services.identity import Identity, identity_find
from laurels.apps.metrics.services.person_jobs import Wish, person_job_ask
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.tokens import token_for

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub

router = Router(auth=EVERYBODY)
_GATEWAY: dict[int, Any] = {502: schemas.Problem}
_SYNCS = Rule("api-sync", 60, 60)
_JOB_MOST = 2**63 - 1
_Token = Annotated[str | None, Header(alias="X-GitHub-Token", min_length=1, max_length=300)]


@router.post("/sync", response={202: Enqueued, **REFUSALS, **_GATEWAY})
def sync(
    request: HttpRequest, body: Sync, github_token: _Token = None
) -> Status[dict[str, Any]] | HttpResponse:
    """Have a person's public work read from GitHub, and their metrics computed."""
    asker: Contributor = request.contributor  # type: ignore[attr-defined]
    count(request, _SYNCS, f"person:{asker.pk}")
    token, now = body.github_token or github_token, settings.LAURELS_CLOCK.now()
    try:
        identity = _meant(request, body, token, asker, now)
    except Postponed as put_off:
        headers = {"Retry-After": str(max(1, put_off.until - now))}
        return problem(503, put_off.code, str(put_off), headers=headers)
    except TokenInvalid:
        return problem(400, TokenInvalid.code, "GitHub does not know the token.")
    except GitHubFault as fault:
        return problem(502, "no_identity", f"GitHub did not say whose the token is: {fault}")
    asked = person_job_ask(
        identity,
        _wish(body, token, identity, asker),
        asked_by=asker,
        now=now,
        acting=as_contributor(asker.ref),
    )
    told = {"user_id": identity.user_id, "github_login": identity.login}
    return Status(202, {"job_id": asked.job_id, "status": "enqueued", **told})


@router.get("/jobs/{job_id}", response={200: PersonJob, **REFUSALS})
def job(request: HttpRequest, job_id: int) -> dict[str, Any]:
    """Show how a job stands: one that you asked for; staff see every job."""
    asker: Contributor = request.contributor  # type: ignore[attr-defined]
    allow(request, "job:read", scope="read", person=asker.pk)
    asked = person_job_get(job_id)
    if asked is not None and asked.asked_by_id == asker.pk:
        return job_payload(asked.job, asked)
    try:
        allow(request, "job:manage", scope="read")
    except NotAllowed:
        raise Http404 from None
    row = job_get(job_id) if 0 < job_id <= _JOB_MOST else None
    if row is None:
        raise Http404
    return job_payload(row, asked)


def _meant(
    request: HttpRequest, body: Sync, token: str | None, asker: Contributor, now: int
) -> Identity:
    """Find who is meant and let whoever asks pass; raises what the client raises."""
    github: GitHub | None = settings.LAURELS_GITHUB().using(token) if token else None
    try:
        identity = identity_find(body.user_id, body.github_login, github, now=now)
    except (IdentityMismatch, PersonUnknown):
        # Which id belongs to which login is for those to know who may read others.
        allow(request, "person:sync", scope="write")
        raise
    if identity.contributor != asker:
        allow(request, "person:sync", scope="write")
        return identity
    allow(request, "account:sync", scope="write", person=asker.pk)
    is_named = body.user_id is not None or body.github_login is not None
    if github is not None and is_named and not _is_theirs(request, github, asker):
        raise IdentityMismatch("the token is not your own")
    return identity


def _is_theirs(request: HttpRequest, github: GitHub, asker: Contributor) -> bool:
    """Tell whether a token is of who asks; whoever may read others may lend any."""
    try:
        allow(request, "person:sync", scope="write")
    except NotAllowed:
        return github.urgent().viewer().id == asker.github_id
    return True


def _wish(body: Sync, token: str | None, identity: Identity, asker: Contributor) -> Wish:
    """Say how it is wanted: without a token one's own work is read with the one on record."""
    wish = Wish(body.queue, body.backfill_days, body.partition_key or "")
    is_own = identity.contributor == asker
    held = token_for(asker) if is_own and not token else None
    if held is not None:
        return replace(wish, token=held.token, token_owner=asker.pk, token_ends_at=held.expires_at)
    return replace(wish, token=token or "", token_owner=asker.pk if is_own and token else None)
