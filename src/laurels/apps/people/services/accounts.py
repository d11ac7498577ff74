"""What people do with their own account: close it, let go of GitHub, be or not be staff."""

from __future__ import annotations

from django.db import transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.errors import ContributorNotFound
from laurels.apps.people.models import Contributor, GitHubToken, PersonalToken
from laurels.apps.people.services.access import access_end
from laurels.apps.people.services.github_tokens import ACCESS_ENDED

CLOSED = "closed"


@transaction.atomic
def account_close(contributor_id: int, *, now: int, acting: Actor) -> bool:
    """Close an account: every session and token ends, and what GitHub gave us is forgotten.

    Points and certificates stay, for they are facts about work. Signing in again opens it; for
    what cannot be undone see `recognition.services.person_erase`. False where it was closed.
    """
    open_one = Contributor.objects.filter(pk=contributor_id, closed_at=None, erased_at=None)
    if not open_one.update(closed_at=now):
        return False
    access_end(contributor_id, reason=CLOSED, now=now, acting=acting)
    PersonalToken.objects.filter(contributor_id=contributor_id, revoked_at=None).update(
        revoked_at=now
    )
    GitHubToken.objects.filter(contributor_id=contributor_id, invalidated_at=None).update(
        invalidated_at=now, invalidated_reason=ACCESS_ENDED, sealed="", sealed_refresh=""
    )
    return True


@transaction.atomic
def staff_set(contributor_id: int, *, is_staff: bool, now: int, acting: Actor) -> bool:
    """Make somebody staff or not any more, from their next request on; False where they are so.

    Raises ContributorNotFound for nobody and for the erased.
    """
    person = Contributor.objects.filter(pk=contributor_id, erased_at=None).first()
    if person is None:
        raise ContributorNotFound("no such contributor")
    others = Contributor.objects.filter(pk=contributor_id, is_staff=not is_staff)
    if not others.update(is_staff=is_staff):
        return False
    record(
        acting=acting,
        action="staff:add" if is_staff else "staff:remove",
        subject=f"contributor:{person.ref}",
        now=now,
    )
    return True
