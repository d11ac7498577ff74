"""Reads about roles: who asks, who is on a team, and who is asked to join one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.db.models import QuerySet, Value

from laurels.apps.people.models import Contributor
from laurels.apps.people.selectors_access import contributor_of, is_banned
from laurels.apps.projects.models import (
    Invitation,
    OwnershipTransfer,
    ProgramRole,
    ProjectRole,
)
from laurels.apps.projects.models_roles import Answer, ProgramRoleKind
from laurels.domain.policies import VISITOR, Asker, Role

_PROGRAM, _ASKED = 0, -1
"""Stand where rows of roles have a project."""


def asker_of(user: Any, *, now: int) -> Asker:
    """Return who asks, by Django's user of the request: their roles as they are now."""
    if not getattr(user, "is_authenticated", False):
        return VISITOR
    person = contributor_of(user)
    if person is None:
        # The operator's browser: staff by a one-time link, and nobody in particular.
        return Asker(is_staff=bool(user.is_staff))
    return asker_for(person, now=now, is_staff=bool(user.is_staff))


def asker_for(person: Contributor, *, now: int, is_staff: bool = False) -> Asker:
    """Return the roles of a contributor (two statements); erased people are visitors."""
    found, _ = asker_and_asked(person, now=now, is_staff=is_staff)
    return replace(found, is_banned=found.is_signed_in and is_banned(person.pk, now))


def asker_and_asked(person: Contributor, *, now: int, is_staff: bool = False) -> tuple[Asker, int]:
    """Return the roles of somebody who was let in, and how much waits for their answer.

    One statement, for every page asks both. Whoever calls this has seen that no ban is in force.
    """
    if person.erased_at is not None:
        return VISITOR, 0
    parts = [
        ProjectRole.objects.filter(contributor=person, until=None).values_list("project", "role"),
        ProgramRole.objects.filter(
            contributor=person, role=ProgramRoleKind.ORGANISER, until=None
        ).values_list(Value(_PROGRAM), "role"),
        _bare(invitations_for(person.github_id, now=now)).values_list(Value(_ASKED), "state"),
        _bare(offers_for(person.pk, now=now)).values_list(Value(_ASKED), "state"),
    ]
    rows = list(parts[0].union(*parts[1:], all=True))
    held = {place: role for place, role in rows if place > 0}
    asker = Asker(
        contributor=person.pk,
        is_staff=is_staff or person.is_staff,
        is_organiser=any(place == _PROGRAM for place, _ in rows),
        projects={project: Role(role) for project, role in held.items()},
    )
    return asker, sum(place == _ASKED for place, _ in rows)


def _bare(found: QuerySet[Any]) -> QuerySet[Any]:
    return found.select_related(None).order_by()


def team_of(project_id: int) -> list[ProjectRole]:
    """Return the roles held in a project now with their people, owners first."""
    found = ProjectRole.objects.filter(project_id=project_id, until=None)
    rows = list(found.select_related("contributor"))
    return sorted(rows, key=lambda row: (row.role != "owner", row.contributor.login_key))


def invitations_of(project_id: int, *, now: int) -> QuerySet[Invitation]:
    """Return the open invitations of a project, the newest first."""
    return Invitation.objects.filter(
        project_id=project_id, state=Answer.PENDING, expires_at__gt=now
    ).order_by("-id")


def invitations_for(github_id: int | None, *, now: int) -> QuerySet[Invitation]:
    """Return the open invitations to an account, with their projects."""
    return (
        Invitation.objects.filter(
            github_id=github_id or 0, state=Answer.PENDING, expires_at__gt=now
        )
        .exclude(github_id=0)
        .select_related("project")
        .order_by("-id")
    )


def offer_of(project_id: int, *, now: int) -> OwnershipTransfer | None:
    """Return the open offer of a project's ownership."""
    return (
        OwnershipTransfer.objects.filter(
            project_id=project_id, state=Answer.PENDING, expires_at__gt=now
        )
        .select_related("taker", "giver")
        .first()
    )


def offers_for(contributor_id: int, *, now: int) -> QuerySet[OwnershipTransfer]:
    """Return the open offers to a contributor, with their projects."""
    return (
        OwnershipTransfer.objects.filter(
            taker_id=contributor_id, state=Answer.PENDING, expires_at__gt=now
        )
        .select_related("project", "giver")
        .order_by("-id")
    )


def role_in(project_id: int, role_id: int) -> ProjectRole | None:
    """Return a role that is held in this project now, by its number."""
    return ProjectRole.objects.filter(pk=role_id, project_id=project_id, until=None).first()


def teams_of(contributor_id: int) -> list[ProjectRole]:
    """Return the roles that somebody holds now with their projects, by name."""
    found = ProjectRole.objects.filter(contributor_id=contributor_id, until=None)
    return sorted(found.select_related("project"), key=lambda row: row.project.name.casefold())
