"""Ban people and let them back in.

A ban is an interval of occurrence: what somebody did inside it earns nothing. Their points follow
by the job that each of these enqueues in its own transaction. Sessions and tokens end with its
start; one that begins later bites by itself, for every request asks for bans.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.jobs.services import enqueue
from laurels.apps.people.errors import AlreadyBanned, ContributorNotFound, NotBanned
from laurels.apps.people.models import Ban, Contributor
from laurels.apps.people.services.access import BAN, access_end
from laurels.apps.people.services.signing_in import CHANGED


@transaction.atomic
def ban_start(
    contributor_id: int,
    *,
    reason: str,
    now: int,
    acting: Actor,
    starts_at: int | None = None,
    ends_at: int | None = None,
) -> Ban:
    """Ban somebody from `starts_at` (default now) until `ends_at` (default: until lifted).

    Raises ContributorNotFound for nobody or the erased, AlreadyBanned where a ban overlaps,
    ValueError where the interval is empty.
    """
    start = now if starts_at is None else starts_at
    if ends_at is not None and ends_at <= start:
        raise ValueError("a ban must end after it starts")
    person = _access(contributor_id)
    overlaps = Q(ends_at=None) | Q(ends_at__gt=start)
    if ends_at is not None:
        overlaps &= Q(starts_at__lt=ends_at)
    existing = person.bans.filter(overlaps).exclude(ends_at=F("starts_at"))
    if existing.exists():
        raise AlreadyBanned("a ban is in force in that time")
    try:
        with transaction.atomic():
            ban = person.bans.create(starts_at=start, ends_at=ends_at, reason=reason)
    except IntegrityError:
        raise AlreadyBanned("a ban is in force in that time") from None
    if start <= now:
        access_end(person.pk, reason=BAN, now=now, acting=acting, is_recorded=False)
    record(
        acting=acting,
        action="ban:start",
        subject=f"contributor:{person.ref}",
        after={"starts_at": start, "ends_at": ends_at},
        reason=reason,
        now=now,
    )
    enqueue(CHANGED, {"contributor": person.pk}, now=now, acting=acting)
    return ban


@transaction.atomic
def ban_lift(
    contributor_id: int, *, reason: str, now: int, acting: Actor, annul: bool = False
) -> Ban:
    """End the ban in force now; with `annul` as if it had never been, so that all is restored.

    Raises NotBanned where none is in force or to come.
    """
    person = _access(contributor_id)
    ban = (
        person.bans.filter(Q(ends_at=None) | Q(ends_at__gt=now))
        .exclude(ends_at=F("starts_at"))
        .order_by("starts_at")
        .first()
    )
    if ban is None:
        raise NotBanned("no ban is in force")
    before = {"starts_at": ban.starts_at, "ends_at": ban.ends_at}
    ends_at = ban.starts_at if annul else max(now, ban.starts_at)
    if not Ban.objects.filter(pk=ban.pk, ends_at=ban.ends_at).update(ends_at=ends_at):
        raise NotBanned("somebody else has just lifted the ban")
    ban.ends_at = ends_at
    record(
        acting=acting,
        action="ban:lift",
        subject=f"contributor:{person.ref}",
        before=before,
        after={"starts_at": ban.starts_at, "ends_at": ban.ends_at},
        reason=reason,
        now=now,
    )
    enqueue(CHANGED, {"contributor": person.pk}, now=now, acting=acting)
    return ban


def _access(contributor_id: int) -> Contributor:
    person = Contributor.objects.filter(pk=contributor_id, erased_at=None).first()
    if person is None:
        raise ContributorNotFound("no such contributor")
    return person
