"""Who is on a project's team: invite, answer, remove, leave, and lose rights at GitHub.

Guarantee: a project that has an owner keeps one. Every change of owners first takes the project's
row, so that two owners who remove each other at once are served one after the other, and the
second is refused. Audit rows name people by reference and invitations by number only.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q

from laurels.apps import sql
from laurels.apps.audit.actors import Actor
from laurels.apps.audit.services import record
from laurels.apps.people.models import Contributor
from laurels.apps.projects.errors import (
    InvitationNotFound,
    LastOwner,
    NotOnTheTeam,
    ProjectFaults,
    ProjectNotFound,
    StateConflict,
)
from laurels.apps.projects.models import (
    Invitation,
    OwnershipTransfer,
    ProgramRole,
    Project,
    ProjectRole,
)
from laurels.apps.projects.models_roles import Answer, TeamRole

INVITATION_SECONDS = 14 * 86_400


@transaction.atomic
def invitation_make(
    project_id: int, *, github_id: int, login: str, role: str, now: int, acting: Actor
) -> Invitation:
    """Ask the account of this id to join as owner or maintainer, for a fortnight.

    Raises ProjectNotFound, ProjectFaults, and StateConflict where they are on the team or asked.
    """
    project = project_lock(project_id)
    if role not in TeamRole.values:
        raise ProjectFaults((("role", f"must be one of {', '.join(TeamRole.values)}"),))
    if github_id <= 0 or not login:
        raise ProjectFaults((("login", "must be an account on GitHub"),))
    if project.roles.filter(until=None, contributor__github_id=github_id).exists():
        raise StateConflict("this account is on the team already")
    _open(project).filter(github_id=github_id, expires_at__lte=now).update(
        state=Answer.WITHDRAWN, answered_at=now
    )
    try:
        with transaction.atomic():
            made: Invitation = project.invitations.create(
                github_id=github_id,
                login=login,
                role=role,
                invited_by=acting.name,
                created_at=now,
                expires_at=now + INVITATION_SECONDS,
            )
    except IntegrityError:
        raise StateConflict("this account has been invited already") from None
    _record(acting, "maintainer:invite", project, now, {"invitation": made.pk, "role": role})
    return made


@transaction.atomic
def invitation_answer(
    invitation_id: int, *, contributor_id: int, is_accepted: bool, now: int, acting: Actor
) -> Invitation:
    """Accept or decline one's own invitation; raises InvitationNotFound for anybody else's."""
    person = Contributor.objects.get(pk=contributor_id)
    found = (
        Invitation.objects.filter(pk=invitation_id, state=Answer.PENDING, expires_at__gt=now)
        .exclude(github_id=0)
        .filter(github_id=person.github_id or 0)
        .select_related("project")
        .first()
    )
    if found is None:
        raise InvitationNotFound("there is no such invitation, or it is over")
    project = project_lock(found.project_id)
    _close(found, Answer.ACCEPTED if is_accepted else Answer.DECLINED, now)
    if is_accepted:
        role_begin(project, person.pk, found.role, now=now)
    verb = "maintainer:accept" if is_accepted else "maintainer:decline"
    _record(acting, verb, project, now, {"invitation": found.pk, "role": found.role})
    return found


@transaction.atomic
def invitation_withdraw(
    project_id: int, invitation_id: int, *, now: int, acting: Actor
) -> Invitation:
    """Take back a project's invitation; raises InvitationNotFound."""
    project = project_lock(project_id)
    found: Invitation | None = _open(project).filter(pk=invitation_id).first()
    if found is None:
        raise InvitationNotFound("there is no such invitation, or it was answered")
    _close(found, Answer.WITHDRAWN, now)
    _record(acting, "maintainer:withdraw", project, now, {"invitation": found.pk})
    return found


@transaction.atomic
def role_end(
    project_id: int,
    contributor_id: int,
    *,
    cause: str = "removed",
    reason: str = "",
    now: int,
    acting: Actor,
) -> ProjectRole:
    """End somebody's role in a project (`cause`: removed, left, rights_lost, erased).

    Raises ProjectNotFound, NotOnTheTeam, and LastOwner: ownership has to be handed on first.
    """
    project = project_lock(project_id)
    held: ProjectRole | None = (
        project.roles.filter(contributor_id=contributor_id, until=None)
        .select_related("contributor")
        .first()
    )
    if held is None:
        raise NotOnTheTeam("this person is not on the team")
    if held.role == TeamRole.OWNER and not _other_owner(project, contributor_id):
        raise LastOwner("the last owner stays: hand the ownership to somebody first")
    role_close(held, cause, now)
    after = {"contributor": held.contributor.ref, "role": held.role, "cause": cause}
    _record(acting, "maintainer:remove", project, now, after, reason)
    return held


@transaction.atomic
def rights_lost(
    github_id: int, *, project_ids: Iterable[int], now: int, acting: Actor
) -> list[int]:
    """End the roles of an account that lost its rights at GitHub; return the projects concerned.

    The last owner of a project stays, and the audit chain says that they lost their rights.
    """
    held = ProjectRole.objects.filter(
        contributor__github_id=github_id, project__in=list(project_ids), until=None
    ).select_related("project", "contributor")
    ended, roles = [], list(held.order_by("project"))
    # All rows first, in order, then the audit chain: two of these never wait in a circle.
    for role in roles:
        project_lock(role.project_id)
    for role in roles:
        try:
            role_end(
                role.project_id, role.contributor_id, cause="rights_lost", now=now, acting=acting
            )
            ended.append(role.project_id)
        except LastOwner:
            after = {"contributor": role.contributor.ref, "kept": "the last owner"}
            _record(acting, "maintainer:rights-lost", role.project, now, after)
    return ended


@transaction.atomic
def roles_forget(contributor_id: int, *, github_id: int | None, now: int) -> int:
    """End every role of somebody who is erased, and what they were asked; return how many roles.

    Here a last owner goes too: an organiser invites another.
    """
    if github_id is not None:
        Invitation.objects.filter(github_id=github_id).delete()
    OwnershipTransfer.objects.filter(
        Q(giver_id=contributor_id) | Q(taker_id=contributor_id), state=Answer.PENDING
    ).update(state=Answer.WITHDRAWN, answered_at=now)
    ended = ProgramRole.objects.filter(contributor_id=contributor_id, until=None).update(until=now)
    return ended + ProjectRole.objects.filter(contributor_id=contributor_id, until=None).update(
        until=now, ended_by="erased"
    )


def project_lock(project_id: int) -> Project:
    """Return the project with its row held until the transaction ends; raises ProjectNotFound."""
    statement = "UPDATE projects_project SET created_at = created_at WHERE id = %s"
    if not sql.execute(statement, [project_id]):
        raise ProjectNotFound("no such project")
    return Project.objects.get(pk=project_id)


def role_begin(project: Project, contributor_id: int, role: str, *, now: int) -> ProjectRole:
    """Give somebody a role; one they hold in the project ends, but an owner is never lowered."""
    held: ProjectRole | None = project.roles.filter(
        contributor_id=contributor_id, until=None
    ).first()
    if held is not None:
        if held.role in (role, TeamRole.OWNER):
            return held
        role_close(held, "changed", now)
    made: ProjectRole = project.roles.create(contributor_id=contributor_id, role=role, since=now)
    return made


def role_close(held: ProjectRole, cause: str, now: int) -> None:
    """End a role that is held; raises StateConflict where somebody else has just ended it."""
    open_still = ProjectRole.objects.filter(pk=held.pk, until=None)
    if not open_still.update(until=max(now, held.since), ended_by=cause):
        raise StateConflict("somebody else has just ended this role")


def _open(project: Project):  # type: ignore[no-untyped-def] # a queryset
    return project.invitations.filter(state=Answer.PENDING)


def _other_owner(project: Project, contributor_id: int) -> bool:
    owners = project.roles.filter(role=TeamRole.OWNER, until=None)
    return bool(owners.exclude(contributor_id=contributor_id).exists())


def _close(invitation: Invitation, state: Answer, now: int) -> None:
    still = Invitation.objects.filter(pk=invitation.pk, state=Answer.PENDING)
    if not still.update(state=state, answered_at=now):
        raise StateConflict("somebody else has just answered this invitation")
    invitation.state, invitation.answered_at = state, now


def _record(
    acting: Actor, action: str, project: Project, now: int, after: object, reason: str = ""
) -> None:
    record(
        acting=acting,
        action=action,
        subject=f"project:{project.ref}",
        after=after,
        reason=reason,
        now=now,
    )
