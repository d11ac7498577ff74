"""A project's team: invite, withdraw, remove, leave, and offer the ownership."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from laurels.apps.people.selectors import contributors_by_login
from laurels.apps.people.services.tokens import token_for
from laurels.apps.projects.errors import NotOnTheTeam, ProjectFaults, StateConflict
from laurels.apps.projects.models import Project
from laurels.apps.projects.selectors_roles import role_in
from laurels.apps.projects.services import (
    invitation_make,
    invitation_withdraw,
    ownership_offer,
    ownership_withdraw,
    role_end,
)
from laurels.apps.projects.services.accounts import account_find
from laurels.domain.policies import Role
from laurels.web.access import acting, asker, contributor_of, project_door
from laurels.web.pages import now
from laurels.web.telling import posted, tried
from laurels.web.views.project_settings import asked_again, settings_of

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub


@project_door("maintainer:invite", "POST")
def invite(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Invite the account that has a login at GitHub now."""

    def work() -> None:
        found = account_find(posted(request, "login", 120), github=_github(request))
        with _about("login"):
            invitation_make(
                project.pk,
                github_id=found.github_id,
                login=found.login,
                role=posted(request, "role", 20),
                now=now(),
                acting=acting(request),
            )

    told = "Invited, for 14 days. They see it when they sign in."
    return tried(request, work, told, settings_of(project), asked_again(request, project, "invite"))


@project_door("maintainer:invite", "POST")
def withdraw(request: HttpRequest, project: Project, number: int) -> HttpResponseBase:
    """Take an invitation back."""
    return tried(
        request,
        lambda: invitation_withdraw(project.pk, number, now=now(), acting=acting(request)),
        "The invitation is withdrawn.",
        settings_of(project),
    )


@project_door("maintainer:remove", "POST")
def remove(request: HttpRequest, project: Project, number: int) -> HttpResponseBase:
    """Remove somebody from the team by the number of their role in this project."""
    held = role_in(project.pk, number)
    if held is None:
        raise Http404("There is nobody of this number on the team.")
    return tried(
        request,
        lambda: role_end(
            project.pk,
            held.contributor_id,
            reason=posted(request, "reason", 500),
            now=now(),
            acting=acting(request),
        ),
        "Removed from the team.",
        settings_of(project),
    )


@project_door("maintainer:leave", "POST", own=True)
def leave(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Leave the team oneself."""
    me = asker(request).contributor
    assert me is not None
    return tried(
        request,
        lambda: role_end(project.pk, me, cause="left", now=now(), acting=acting(request)),
        "You have left the team.",
        reverse("project", args=[project.slug]),
        refused_back=settings_of(project),
    )


@project_door("ownership:offer", "POST")
def offer(request: HttpRequest, project: Project) -> HttpResponseBase:
    """Offer the ownership to a contributor who is known here."""
    me = asker(request)
    owns = me.projects.get(project.pk) is Role.OWNER

    def work() -> None:
        login = posted(request, "login", 120).removeprefix("@")
        taker = contributors_by_login([login]).get(login)
        if taker is None:
            raise ProjectFaults((("login", "nobody is known here by this login"),))
        if not owns and not me.is_staff:
            raise NotOnTheTeam("only an owner or staff can offer it")
        with _about("login"):
            ownership_offer(
                project.pk,
                giver_id=me.contributor if owns else None,
                taker_id=taker.pk,
                now=now(),
                acting=acting(request),
            )

    told = "Offered, for 14 days. Nothing changes before they accept."
    return tried(request, work, told, settings_of(project), asked_again(request, project, "offer"))


@project_door("ownership:offer", "POST")
def withdraw_offer(request: HttpRequest, project: Project, number: int) -> HttpResponseBase:
    """Take the offer of the ownership back."""
    return tried(
        request,
        lambda: ownership_withdraw(project.pk, number, now=now(), acting=acting(request)),
        "The offer is withdrawn.",
        settings_of(project),
    )


@contextmanager
def _about(name: str) -> Iterator[None]:
    """Tell a conflict beside the field that it is about, so that it can be typed anew."""
    try:
        yield
    except StateConflict as conflict:
        raise ProjectFaults(((name, str(conflict)),)) from None


def _github(request: HttpRequest) -> GitHub:
    """Return GitHub as the asker sees it, or as the program does where they have no token."""
    github: GitHub = settings.LAURELS_GITHUB()
    if asker(request).contributor is None:
        return github
    person = contributor_of(request)
    held = token_for(person)
    return github if held is None else github.using(held.token, owner=person.ref)
