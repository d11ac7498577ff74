"""The verbs of the pipeline: read a person's work from GitHub, compute their metrics, or both.

Guarantee: of two readings of one person at once the second is refused (`locked`); the lock is kept
while pages come in and frees itself LAURELS_USER_LOCK_TTL_SECONDS after its worker died. What was
read stays, whatever happens afterwards. A repository that GitHub does not show is a gap, not a
failure. GitHub's limits are no failure either: Postponed and Unavailable are raised, and the same
call made later goes on. No token is stored, but for `persist_github_token`.
The names of arguments and of what is returned are those of spec/metrics.md §4; instants are ints,
or texts as `2026-05-14T09:30:00Z`; those returned are such texts. Nothing here may be called inside
a transaction.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings

from laurels.apps.audit.actors import SYSTEM, Actor
from laurels.apps.metrics.cache import payload_forget
from laurels.apps.metrics.errors import PersonUnknown, PipelineRefused
from laurels.apps.metrics.models import MetricRun
from laurels.apps.metrics.models_jobs import PARTITION_MOST
from laurels.apps.metrics.port import Ingested, Span
from laurels.apps.metrics.selectors.tracking import needs_recompute, tracked_all
from laurels.apps.metrics.services.identity import Identity, identity_find, ref_of
from laurels.apps.metrics.services.persons import (
    Access,
    access_of,
    person_bring_up,
    person_compute,
    person_ingest,
    token_persist,
)
from laurels.apps.metrics.triggers import Trigger, checked_trigger
from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors import person_by_ref
from laurels.domain.windows import BACKFILL_DAYS_MOST
from laurels.kit.times import format_instant, parse_date, parse_instant

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub

When = int | str | None


def ingest_user_github_activity(
    user_id: str | UUID | None = None,
    github_token: str | None = None,
    since: When = None,
    until: When = None,
    backfill_days: int | None = None,
    partition_key: str | None = None,
    triggered_by: str = Trigger.MANUAL,
    *,
    github_login: str | None = None,
    acting: Actor = SYSTEM,
) -> dict[str, Any]:
    """Read what a person did in public; the id is made for somebody new where None is given.

    Raises what `identity_find` and `person_ingest` raise, and PipelineRefused.
    """
    checked_trigger(triggered_by)
    partition_of(partition_key)
    span = span_of(since, until, backfill_days)
    identity, access = _meant(user_id, github_login, github_token)
    person, ingested = person_ingest(identity, access, span, acting=acting)
    return _ingested_told(person, ingested)


def compute_user_metrics_and_language_profile(
    user_id: str | UUID,
    github_token: str | None = None,
    partition_key: str | None = None,
    triggered_by: str = Trigger.MANUAL,
) -> dict[str, Any]:
    """Compute a person's metrics and languages from what was read of them; raises PersonUnknown.

    GitHub is not asked, so the token is of no use here; it is taken for callers that hand all
    verbs the same arguments. `metadata_ok` tells whether reviews and issues are known.
    """
    partition_of(partition_key)
    person = _person(user_id)
    run = person_compute(person, checked_trigger(triggered_by))
    payload_forget(person.pk)
    return _computed_told(person, run)


def ingest_and_compute_user(
    user_id: str | UUID | None = None,
    github_token: str | None = None,
    since: When = None,
    until: When = None,
    backfill_days: int | None = None,
    partition_key: str | None = None,
    triggered_by: str = Trigger.MANUAL,
    persist_github_token: bool = False,
    *,
    github_login: str | None = None,
    acting: Actor = SYSTEM,
) -> dict[str, Any]:
    """Read and compute; `status` is ok, locked, missing_token, token_invalid or failed.

    Where it is not ok, `error` says why and what was not reached is None. A token is kept, sealed,
    where that is wanted and GitHub says that it is the person's own.
    """
    trigger = checked_trigger(triggered_by)
    partition_of(partition_key)
    span = span_of(since, until, backfill_days)
    identity, access = _meant(user_id, github_login, github_token)
    brought = person_bring_up(identity, access, span, trigger, acting=acting)
    told: dict[str, Any] = dict.fromkeys((*_INGESTED, *_COMPUTED))
    told |= {"user_id": identity.user_id, "github_login": identity.login}
    person = brought.person
    if person is not None and brought.ingested is not None and brought.run is not None:
        told |= _computed_told(person, brought.run) | _ingested_told(person, brought.ingested)
        if persist_github_token and github_token:
            token_persist(person, access, acting=acting)
        payload_forget(person.pk)
    return told | {"status": brought.status.value, "error": brought.error or None}


def user_needs_recompute(user_id: str | UUID) -> bool:
    """Tell whether metrics are missing, or older than what moved or was read since."""
    return needs_recompute(_person(user_id).pk)


def list_tracked_users() -> list[str]:
    """Return the ids of everybody whose work is read again by itself, longest ago first."""
    now = settings.LAURELS_CLOCK.now()
    return [str(UUID(one.ref)) for one in tracked_all(now)]


def span_of(since: When, until: When, backfill_days: int | None) -> Span:
    """Return which window is meant; raises PipelineRefused naming what is wrong with it."""
    if backfill_days is not None and not 1 <= backfill_days <= BACKFILL_DAYS_MOST:
        raise PipelineRefused(f"backfill_days is from 1 to {BACKFILL_DAYS_MOST:,}")
    return Span(_instant(since, "since"), _instant(until, "until"), backfill_days)


def partition_of(partition_key: str | None) -> str:
    """Return a partition key; raises PipelineRefused for one that is too long."""
    key = partition_key or ""
    if len(key) > PARTITION_MOST:
        raise PipelineRefused(f"partition_key has at most {PARTITION_MOST} characters")
    return key


def _instant(when: When, name: str) -> int | None:
    if when is None or isinstance(when, int):
        return when
    try:
        return parse_date(when) if len(when) == 10 else parse_instant(when)
    except ValueError as error:
        raise PipelineRefused(f"{name} is {error}") from None


def _meant(
    user_id: str | UUID | None, login: str | None, token: str | None
) -> tuple[Identity, Access]:
    github: GitHub | None = settings.LAURELS_GITHUB().using(token) if token else None
    now = settings.LAURELS_CLOCK.now()
    identity = identity_find(user_id, login, github, now=now)
    return identity, access_of(identity.contributor, token)


def _person(user_id: str | UUID) -> Contributor:
    person = person_by_ref(ref_of(user_id))
    if person is None:
        raise PersonUnknown("nobody here has this id")
    return person


_INGESTED = (
    "user_id",
    "github_login",
    "window_start",
    "window_end",
    "pr_count",
    "metadata_ok",
)


def _ingested_told(person: Contributor, ingested: Ingested) -> dict[str, Any]:
    return {
        "user_id": str(UUID(person.ref)),
        "github_login": person.login,
        "window_start": format_instant(ingested.window.start),
        "window_end": format_instant(ingested.window.end),
        "pr_count": ingested.pull_requests,
        "metadata_ok": ingested.metadata_ok,
        "requests": ingested.requests,
    }


_COMPUTED = (
    "baseline_id",
    "metrics_window_start",
    "metrics_window_end",
    "computed_at",
)


def _computed_told(person: Contributor, run: MetricRun) -> dict[str, Any]:
    return {
        "user_id": str(UUID(person.ref)),
        "github_login": person.login,
        "baseline_id": run.baseline_key or None,
        "metrics_window_start": format_instant(run.window_start),
        "metrics_window_end": format_instant(run.window_end),
        "computed_at": format_instant(run.computed_at),
        "metadata_ok": run.profile_until is not None,
    }
