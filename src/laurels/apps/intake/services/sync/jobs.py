"""Syncs as jobs: which are due, how one ends, and what of GitHub's limits becomes of it.

A limit puts the job off until GitHub's own time, without counting an attempt; a refused token ends
it for good. Nothing here keeps a token: jobs ask with the installation's own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any, TypeVar

from django.db import transaction

from laurels.adapters.github.client import (
    GitHub,
    MissingToken,
    Postponed,
    TokenInvalid,
    Unavailable,
)
from laurels.apps.audit.actors import Actor
from laurels.apps.intake.models_sync import SYNC_JOB, SubjectKind, SyncSubject
from laurels.apps.intake.services.sync.errors import SubjectMissing, SyncLocked, SyncRefused
from laurels.apps.intake.services.sync.syncing import Synced, sync
from laurels.apps.jobs.errors import Ended, PutOff
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.kit.clock import Clock

SUBJECT, FIRST = SYNC_JOB, "sync.first"
"""The kinds of jobs: a subject that is known, and a repository's first reading."""

AWAY_SECONDS = 120
LOCKED_SECONDS = 60
_T = TypeVar("_T")


def limits_kept(work: Callable[[], _T], *, now: int) -> _T:
    """Do a job's work with GitHub; raises PutOff and Ended in place of the client's own words."""
    try:
        return work()
    except Postponed as put_off:
        raise PutOff(put_off.until, put_off.reason) from put_off
    except Unavailable as away:
        raise PutOff(now + AWAY_SECONDS, away.reason) from away
    except SyncLocked as locked:
        raise PutOff(now + LOCKED_SECONDS, "locked") from locked
    except TokenInvalid as refused:
        raise Ended(f"token_invalid: {refused.reason}") from refused
    except MissingToken as lacking:
        raise Ended("missing_token: no token to ask GitHub with") from lacking
    except (SubjectMissing, SyncRefused) as gone:
        raise Ended(f"{gone.code}: GitHub shows it no more, or it may not be read") from gone


@transaction.atomic
def refresh_enqueue(*, limit: int, now: int, acting: Actor) -> int:
    """Enqueue the syncs of what was read longest ago, registered repositories first known to us.

    People are not among them: the metrics room has them read when their metrics are due. At most
    `limit`; one job a subject, whatever waits already. Returns how many.
    """
    _subjects_of_repositories(now)
    due = SyncSubject.objects.filter(is_refreshed=True).exclude(kind=SubjectKind.USER)
    due = due.order_by("synced_at", "pk")
    # Never read comes first on both engines, which sort NULL differently.
    never = list(due.filter(synced_at=None)[:limit])
    before = list(due.exclude(synced_at=None)[: max(0, limit - len(never))])
    count = 0
    for subject in [*never, *before]:
        key, arguments = subject.job_key, {"subject": subject.pk}
        count += enqueue(SUBJECT, arguments, dedupe_key=key, now=now, acting=acting) is not None
    return count


def _subjects_of_repositories(now: int) -> None:
    """Make every enabled repository a subject of syncs."""
    rows = Repository.objects.exclude(disablements__ends_at=None, disablements__isnull=False)
    known = set(
        SyncSubject.objects.filter(kind=SubjectKind.REPOSITORY).values_list("github_id", flat=True)
    )
    SyncSubject.objects.bulk_create(
        [
            SyncSubject(kind=SubjectKind.REPOSITORY, github_id=pk, name=name, created_at=now)
            for pk, name in rows.values_list("github_id", "full_name")
            if pk not in known
        ],
        ignore_conflicts=True,
    )


def has_tokens(github: GitHub) -> bool:
    """Tell whether this installation has anything to ask GitHub with by itself."""
    tokens: Any = getattr(github.tokens, "tokens", None)
    return github.app is not None or bool(tokens)


def subject_sync(
    subject_id: int,
    *,
    github: GitHub,
    clock: Clock,
    bot_logins: Collection[str],
    acting: Actor,
    progress: Callable[[int], None],
) -> dict[str, int]:
    """Sync a known subject on from its coverage; raises PutOff and Ended.

    It is asked for by the latest name we know. Where that leads to something else by now, the
    subject is refreshed no more until somebody asks for it by name.
    """
    subject = SyncSubject.objects.get(pk=subject_id)
    name = _latest_name(subject)

    def work() -> Synced:
        try:
            return sync(
                subject.kind,
                name,
                github=github,
                clock=clock,
                acting=acting,
                bot_logins=bot_logins,
                expected=subject.github_id,
                progress=progress,
            )
        except SubjectMissing as missing:
            SyncSubject.objects.filter(pk=subject.pk).update(
                is_refreshed=False, last_error=missing.code
            )
            raise

    synced = limits_kept(work, now=clock.now())
    return {
        "pull_requests": synced.pull_requests,
        "issues": synced.issues,
        "requests": synced.requests,
        "gaps": synced.gaps,
        "entries_posted": synced.entries_posted,
    }


def repository_subject(repository_id: int, *, now: int) -> SyncSubject:
    """Return the subject of one of our repositories, made where it was never synced."""
    repository = Repository.objects.get(pk=repository_id)
    subject, _ = SyncSubject.objects.get_or_create(
        kind=SubjectKind.REPOSITORY,
        github_id=repository.github_id,
        defaults={"name": repository.full_name, "created_at": now},
    )
    return subject


def _latest_name(subject: SyncSubject) -> str:
    """Return what webhooks told last, where they told more than the last sync knew."""
    if subject.kind == SubjectKind.REPOSITORY:
        row = Repository.objects.filter(github_id=subject.github_id).first()
        return subject.name if row is None or not row.owner_login else row.full_name
    if subject.kind == SubjectKind.USER:
        person = Contributor.objects.filter(github_id=subject.github_id, erased_at=None).first()
        return subject.name if person is None else person.login
    return subject.name
