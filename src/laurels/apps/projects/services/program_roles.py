"""Make people organisers or staff of the program, and end that.

Whether somebody is staff is also kept on their own row, where every request looks.
"""

from __future__ import annotations

from django.db import IntegrityError, transaction

from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.models import Contributor
from laurels.apps.projects.errors import StateConflict
from laurels.apps.projects.models import ProgramRole
from laurels.apps.projects.models_roles import ProgramRoleKind


@transaction.atomic
def program_role_grant(contributor_id: int, role: str, *, now: int, acting: Actor) -> ProgramRole:
    """Give a contributor a role in the program; raises StateConflict where they hold it."""
    person = Contributor.objects.get(pk=contributor_id)
    if person.erased_at is not None or person.is_bot:
        raise StateConflict("this account cannot have a role")
    try:
        with transaction.atomic():
            made = ProgramRole.objects.create(
                contributor=person, role=ProgramRoleKind(role), since=now
            )
    except IntegrityError:
        raise StateConflict(f"this person is {role} already") from None
    _keep_staff(person, role, True)
    _record(acting, "role:grant", person, role, now)
    return made


@transaction.atomic
def program_role_end(contributor_id: int, role: str, *, now: int, acting: Actor) -> None:
    """Take a role in the program away; raises StateConflict where they do not hold it."""
    person = Contributor.objects.get(pk=contributor_id)
    held = ProgramRole.objects.filter(contributor=person, role=role, until=None)
    if not held.update(until=now):
        raise StateConflict(f"this person is not {role}")
    _keep_staff(person, role, False)
    _record(acting, "role:end", person, role, now)


def _keep_staff(person: Contributor, role: str, is_staff: bool) -> None:
    if role == ProgramRoleKind.STAFF:
        Contributor.objects.filter(pk=person.pk).update(is_staff=is_staff)


def _record(acting: Actor, action: str, person: Contributor, role: str, now: int) -> None:
    record(
        acting=acting,
        action=action,
        subject=f"contributor:{person.ref}",
        after={"role": role},
        now=now,
    )
