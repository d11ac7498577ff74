"""Every address names an action, and each role × action cell holds through HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from laurels.apps.audit.actors import operator
from laurels.apps.contributions.models import Signal
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project, Repository
from laurels.apps.projects.services import (
    invitation_make,
    ownership_offer,
    registration_begin,
    repository_add,
)
from laurels.domain.policies import ACTIONS, Role
from laurels.web import actions
from tests.apps import factories
from tests.doors.web.conftest import NOW, rolled_back
from tests.doors.web.measuring import measured

ROLES = list(Role)


def people() -> dict[str, Contributor]:
    """Return a person for each role but the visitor's, named after it."""
    found = {}
    for role in ROLES[1:]:
        user = get_user_model().objects.create_user(f"user-{role}")
        found[role] = factories.contributor(str(role), user=user)
    return found


def browser(person: Contributor | None) -> Client:
    """Return a browser in which this person is signed in, as signing in with GitHub leaves it."""
    from laurels.apps.people.middleware import SESSION_KEY
    from laurels.apps.people.services import access

    client = Client()
    if person is None:
        return client
    client.force_login(person.user, backend="django.contrib.auth.backends.ModelBackend")
    secret = sign_in_row(person, access)
    session = client.session
    session[SESSION_KEY] = secret
    session.save()
    return client


def sign_in_row(person: Contributor, access: Any) -> str:
    from laurels.apps.people import secrets
    from laurels.apps.people.models import SignIn

    secret = f"secret-of-{person.pk}"
    SignIn.objects.get_or_create(
        ref_hash=secrets.hashed(secret),
        defaults={
            "contributor": person,
            "session_version": person.session_version,
            "created_at": NOW,
            "seen_at": NOW,
        },
    )
    return secret


class Hall:
    """A project with a team, and one of everything that an address can name."""

    def __init__(self) -> None:
        self.people = people()
        self.project: Project = factories.project("hall")
        self.attic: Project = factories.project("attic")
        self.repository: Repository = repository_add(
            "kube/api", github_id=7, project_id=self.project.pk, now=NOW, acting=operator()
        ).repository
        for role in ("owner", "maintainer"):
            self.project.roles.create(contributor=self.people[role], role=role, since=1)
        self.other = factories.contributor("second-owner")
        self.held = self.project.roles.create(contributor=self.other, role="owner", since=1)
        self.people["organiser"].program_roles.create(role="organiser", since=1)
        staff = self.people["staff"]
        staff.is_staff = True
        staff.save()
        self.signal = Signal.objects.create(
            kind="rewritten", key="1", repository=self.repository, at=NOW, detail='{"head": "abc"}'
        )
        stranger = factories.contributor("stranger")
        self.invitation = invitation_make(
            self.project.pk, github_id=stranger.github_id or 0, login="stranger",
            role="maintainer", now=NOW, acting=operator(),
        )  # fmt: skip
        self.offer = ownership_offer(
            self.project.pk, giver_id=None, taker_id=stranger.pk, now=NOW, acting=operator()
        )
        measured(factories.contributor("measured", claimed_at=NOW), NOW)
        self.registration = registration_begin(
            self.project.pk, "kube/web", registrar_id=stranger.pk, now=NOW, acting=operator()
        )

    def address(self, name: str) -> str:
        """Return an address of this name."""
        here = "/projects/hall/"
        return {
            "project_new": "/projects/new/",
            "project_settings": f"{here}settings/",
            "project_edit": f"{here}edit/",
            "project_archive": f"{here}archive/",
            "project_unarchive": f"{here}unarchive/",
            "team_invite": f"{here}team/invite/",
            "team_withdraw": f"{here}invitations/{self.invitation.pk}/withdraw/",
            "team_remove": f"{here}team/{self.held.pk}/remove/",
            "team_leave": f"{here}team/leave/",
            "ownership_offer": f"{here}ownership/offer/",
            "ownership_withdraw": f"{here}ownership/{self.offer.pk}/withdraw/",
            "repository_register": f"{here}register/",
            "registration_repair": f"{here}registrations/{self.registration.pk}/repair/",
            "repository_disable": f"{here}repositories/7/disable/",
            "repository_enable": f"{here}repositories/7/enable/",
            "repository_move": f"{here}repositories/7/move/",
            "signal_close": f"{here}signals/{self.signal.pk}/close/",
            "invitations": "/invitations/",
            "compare": "/compare/",
            "compare_csv": "/compare.csv",
            "metrics": "/contributors/measured/metrics/",
            "metrics_csv": "/contributors/measured/metrics.csv",
            "evidence": "/contributors/measured/metrics/pr_merge_rate/",
        }[name]


@pytest.fixture
def hall(db: None) -> Hall:
    return Hall()


# Answers and accounts are one's own: nobody else's can be named, so roles do not tell them apart.
CELLS = [
    *(name for name in actions.INSIDE if not name.endswith("_answer") and "account" not in name),
    "project_new",
]
READ = {
    *("project_settings", "project_new", "project_edit", "repository_register", "invitations"),
    *("compare", "compare_csv", "metrics", "metrics_csv", "evidence"),
}


@pytest.mark.parametrize("name", CELLS)
def test_cell_when_asked_through_http_then_as_the_table_says(hall: Hall, name: str) -> None:
    action = (actions.INSIDE | actions.PROGRAM)[name]
    answers: dict[str, bool] = {}
    for role in ROLES:
        with rolled_back():  # each role meets the same hall
            client = browser(None if role is Role.VISITOR else hall.people[role])
            ask: Callable[..., Any] = client.get if name in READ else client.post
            answer = ask(hall.address(name), {"project": "attic"})
        refused = answer.status_code == 403 or "/sign-in/" in answer.headers.get("Location", "")
        assert answer.status_code in (200, 302, 303, 403, 422), (role, answer.status_code)
        answers[role] = not refused
    assert answers == {role: role in ACTIONS[action].roles or _own(action, role) for role in ROLES}


def _own(action: str, role: Role) -> bool:
    """Everybody signed in is a contributor besides what else they are."""
    return Role.CONTRIBUTOR in ACTIONS[action].roles and role is not Role.VISITOR


@pytest.mark.parametrize("name", ["invitation", "offer"])
@pytest.mark.parametrize("role", ROLES)
def test_answer_when_it_is_somebody_elses_then_not_found_and_unanswered(
    hall: Hall, role: Role, name: str
) -> None:
    client = browser(None if role is Role.VISITOR else hall.people[role])
    made = getattr(hall, name)
    answer = client.post(f"/{name}s/{made.pk}/answer/", {"answer": "accept"})
    assert answer.status_code == (403 if role is Role.VISITOR else 404)
    made.refresh_from_db()
    assert made.state == "pending"


@pytest.mark.parametrize(
    "path", ["registrations/{}/repair/", "invitations/{}/withdraw/", "ownership/{}/withdraw/",
             "team/{}/remove/", "repositories/{}/disable/", "signals/{}/close/"]
)  # fmt: skip
def test_object_when_it_is_another_projects_then_not_found(hall: Hall, path: str) -> None:
    hall.attic.roles.create(contributor=hall.people["contributor"], role="owner", since=1)
    client = browser(hall.people["contributor"])
    for number in (
        hall.registration.pk,
        hall.invitation.pk,
        hall.offer.pk,
        hall.held.pk,
        7,
        hall.signal.pk,
    ):
        place = f"/projects/attic/{path.format(number)}"
        answer = client.post(place, {"reason": "x"})
        assert answer.status_code == 404, place


def test_refusal_when_shown_then_says_who_may_and_the_reason(hall: Hall) -> None:
    page = browser(hall.people["contributor"]).get("/projects/hall/settings/").content.decode()
    assert "maintainer, owner, organiser, staff" in page
    assert "role_required" in page


def test_visitor_when_reading_what_needs_a_sign_in_then_led_there_and_back(db: None) -> None:
    factories.project("hall")
    answer = Client().get("/projects/hall/settings/")
    assert answer["Location"] == "/sign-in/?next=%2Fprojects%2Fhall%2Fsettings%2F"


def patterns(
    found: list[URLPattern | URLResolver], before: str = ""
) -> Iterator[tuple[str, URLPattern]]:
    for one in found:
        if isinstance(one, URLResolver):
            space = f"{one.namespace}:" if one.namespace else ""
            yield from patterns(one.url_patterns, before + space)
        else:
            yield f"{before}{one.name or one.pattern}", one


def test_addresses_when_listed_then_each_names_an_action() -> None:
    names = [name for name, _ in patterns(get_resolver().url_patterns)]
    assert len(names) > 40
    assert [name for name in names if actions.action_of(name) is None] == []


def test_actions_when_listed_then_each_is_in_the_policies() -> None:
    tables = (actions.PROGRAM, actions.INSIDE, actions.ADMIN, actions.API)
    named = {action for table in tables for action in table.values()} | {actions.OPERATOR}
    assert named - ACTIONS.keys() == set()


def test_admin_actions_when_listed_then_each_names_one_that_staff_may_do() -> None:
    own = {
        action
        for site in admin.site._registry.values()
        for action in (getattr(one, "__name__", one) for one in site.actions)
    }
    assert own - actions.ADMIN.keys() == set()
    assert all(Role.STAFF in ACTIONS[action].roles for action in actions.ADMIN.values())
