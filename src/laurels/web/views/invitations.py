"""What one is asked: invitations to teams, and ownership that is offered."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from laurels.apps.people.models import Contributor
from laurels.apps.projects.selectors_roles import invitations_for, offers_for, teams_of
from laurels.apps.projects.services import invitation_answer
from laurels.apps.projects.services import ownership_answer as answer_offer
from laurels.web.access import acting, own_door
from laurels.web.pages import now, page
from laurels.web.telling import posted, tried


@own_door("account:read", "GET", "HEAD")
def invitations(request: HttpRequest, me: Contributor) -> HttpResponseBase:
    """Show what one is asked, and the teams one is on."""
    context = {
        "invitations": invitations_for(me.github_id, now=now()),
        "offers": offers_for(me.pk, now=now()),
        "teams": teams_of(me.pk),
    }
    return page(request, "invitations/page", context, is_indexed=False)


@own_door("invitation:answer", "POST")
def answer(request: HttpRequest, me: Contributor, number: int) -> HttpResponseBase:
    """Accept or decline an invitation to oneself; anybody else's is not found."""
    is_accepted = posted(request, "answer", 10) == "accept"
    return tried(
        request,
        lambda: invitation_answer(
            number, contributor_id=me.pk, is_accepted=is_accepted, now=now(), acting=acting(request)
        ),
        "You are on the team." if is_accepted else "Declined.",
        reverse("invitations"),
    )


@own_door("ownership:answer", "POST")
def ownership_answer(request: HttpRequest, me: Contributor, number: int) -> HttpResponseBase:
    """Accept or decline the ownership that is offered to oneself."""
    is_accepted = posted(request, "answer", 10) == "accept"
    return tried(
        request,
        lambda: answer_offer(
            number, contributor_id=me.pk, is_accepted=is_accepted, now=now(), acting=acting(request)
        ),
        "You own the project." if is_accepted else "Declined.",
        reverse("invitations"),
    )
