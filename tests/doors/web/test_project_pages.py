"""A project lived through on its pages: made, edited, its team and its repositories."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project, Registration, RegistrationStep, Repository
from laurels.apps.projects.selectors_roles import team_of
from laurels.apps.projects.services import hook_keep, repository_add
from tests.apps import factories
from tests.doors.web.conftest import NOW, Reading
from tests.doors.web.test_permissions import browser

pytestmark = pytest.mark.django_db
GOOD = {"name": "Hall", "slug": "hall", "kind": "project", "description": "", "difficulty": "",
        "tags": "docs, python"}  # fmt: skip


def person(login: str) -> Contributor:
    user = get_user_model().objects.create_user(f"user-{login}")
    return factories.contributor(login, user=user)


@pytest.fixture
def olga() -> Contributor:
    made = person("olga")
    made.program_roles.create(role="organiser", since=1)
    return made


@pytest.fixture
def hers(olga: Contributor) -> Client:
    return browser(olga)


@pytest.fixture
def hall(hers: Client) -> Project:
    assert hers.post("/projects/new/", GOOD).status_code == 303
    return Project.objects.get()


def text(answer: Any) -> str:
    return Reading(answer.content.decode()).text


def send(client: Client, address: str, **data: str) -> str:
    """Send a form; return what the page that it leads to says."""
    answer = client.post(address, data, follow=True)
    assert answer.status_code == 200, answer.status_code
    return text(answer)


def typed_again(page: Reading, field: str) -> list[tuple[str, str | None]]:
    """Return the field of this id where it is marked as wrong and the summary leads to it."""
    assert f"#{field}" in page.links
    return [
        (tag, given.get("value"))
        for tag, given in page.tags
        if given.get("id") == field
        and given.get("aria-invalid") == "true"
        and f"{field}-fault" in str(given.get("aria-describedby"))
    ]


def test_new_when_all_is_well_then_made_and_owned_by_who_made_it(
    hers: Client, hall: Project, olga: Contributor
) -> None:
    assert [(row.contributor, row.role) for row in team_of(hall.pk)] == [(olga, "owner")]
    page = text(hers.get("/projects/hall/settings/"))
    assert "Settings of Hall" in page
    assert sorted(tag.key for tag in hall.tags.all()) == ["docs", "python"]
    assert AuditRow.objects.get(action="project:create").actor == f"contributor:{olga.ref}"


def test_new_when_fields_are_wrong_then_each_says_so_and_keeps_what_was_typed(
    hers: Client,
) -> None:
    assert hers.get("/projects/new/").status_code == 200
    answer = hers.post(
        "/projects/new/", GOOD | {"slug": "No Way", "name": "", "difficulty": "x" * 21}
    )
    assert answer.status_code == 422
    body = answer.content.decode()
    assert "To mend: Name , Address , Difficulty ." in text(answer)
    assert "It must not be empty." in text(answer)
    assert {"#name", "#slug", "#difficulty"} <= set(Reading(body).links)
    assert 'value="No Way"' in body
    assert body.count('aria-invalid="true"') == 3
    assert not Project.objects.exists()


def test_edit_when_the_address_changes_then_the_old_one_leads_to_it(
    hers: Client, hall: Project
) -> None:
    assert 'value="docs python"' in hers.get("/projects/hall/edit/").content.decode()
    answer = hers.post("/projects/hall/edit/", GOOD | {"slug": "lobby", "description": "New"})
    assert answer["Location"] == "/projects/lobby/settings/"
    assert hers.get("/projects/hall/settings/")["Location"] == "/projects/lobby/settings/"
    hall.refresh_from_db()
    assert (hall.slug, hall.description) == ("lobby", "New")


def test_edit_when_tags_are_wrong_then_nothing_is_changed(hers: Client, hall: Project) -> None:
    answer = hers.post("/projects/hall/edit/", GOOD | {"tags": "a b! c?", "name": "Lobby"})
    assert answer.status_code == 422
    assert "“b!”" in text(answer)
    hall.refresh_from_db()
    assert hall.name == "Hall"


def test_edit_when_a_maintainer_then_name_and_address_stay(hall: Project) -> None:
    gina = person("gina")
    hall.roles.create(contributor=gina, role="maintainer", since=1)
    client = browser(gina)
    assert 'name="slug"' not in client.get("/projects/hall/edit/").content.decode()
    client.post("/projects/hall/edit/", GOOD | {"slug": "mine", "description": "Ours"})
    hall.refresh_from_db()
    assert (hall.slug, hall.description) == ("hall", "Ours")


def test_archive_when_done_twice_then_the_second_is_told(hers: Client, hall: Project) -> None:
    assert "Archived." in send(hers, "/projects/hall/archive/", reason="quiet")
    assert "archived already" in send(hers, "/projects/hall/archive/", reason="quiet")
    assert "Work counts again" in send(hers, "/projects/hall/unarchive/")


def test_team_when_invited_then_the_guest_accepts_and_leaves(hers: Client, hall: Project) -> None:
    gina = person("gina")
    theirs = browser(gina)
    assert "Nobody asks you anything" in text(theirs.get("/invitations/"))
    assert "Invited, for 14 days" in send(
        hers, "/projects/hall/team/invite/", login="@gina", role="maintainer"
    )
    assert "invited as maintainer" in text(hers.get("/projects/hall/settings/"))
    number = hall.invitations.get().pk
    assert "To be maintainer of Hall" in text(theirs.get("/invitations/"))
    told = send(theirs, f"/invitations/{number}/answer/", answer="accept")
    assert "You are on the team." in told
    assert theirs.get("/projects/hall/settings/").status_code == 200
    assert "You have left the team" not in told
    send(theirs, "/projects/hall/team/leave/")
    assert theirs.get("/projects/hall/settings/").status_code == 403


def test_team_when_the_login_is_unknown_then_nobody_is_invited(hers: Client, hall: Project) -> None:
    typed = {"login": "stranger", "role": "owner"}
    answer = hers.post("/projects/hall/team/invite/", typed)
    page = Reading(answer.content.decode())
    assert answer.status_code == 422
    assert "Nobody is known here by this login" in page.text
    assert "To mend: Login at GitHub ." in page.text
    assert ("input", "stranger") in typed_again(page, "invite-login")
    assert [given for tag, given in page.tags if tag == "option" and "selected" in given] == [
        {"value": "owner", "selected": None}
    ]
    assert not hall.invitations.exists()


def test_team_when_invited_twice_or_offered_to_a_stranger_then_told_beside_the_field(
    hers: Client, hall: Project
) -> None:
    person("gina")
    typed = {"login": "gina", "role": "maintainer"}
    send(hers, "/projects/hall/team/invite/", **typed)
    again = hers.post("/projects/hall/team/invite/", typed)
    assert (again.status_code, "invited already" in text(again)) == (422, True)
    answer = hers.post("/projects/hall/ownership/offer/", {"login": "nobody"})
    assert answer.status_code == 422
    assert ("input", "nobody") in typed_again(Reading(answer.content.decode()), "offer-login")
    send(hers, "/projects/hall/ownership/offer/", login="gina")
    answer = hers.post("/projects/hall/ownership/offer/", {"login": "gina"})
    assert answer.status_code == 422


def test_team_when_the_last_owner_leaves_then_refused(hers: Client, hall: Project) -> None:
    answer = hers.post("/projects/hall/team/leave/")
    assert (answer.status_code, answer["Location"]) == (303, "/projects/hall/settings/")
    assert "the last owner stays" in text(hers.get("/projects/hall/settings/"))
    assert len(team_of(hall.pk)) == 1


def test_team_when_staff_remove_the_last_owner_then_refused(
    hers: Client, hall: Project, olga: Contributor
) -> None:
    staff = person("stella")
    staff.is_staff = True
    staff.save()
    theirs = browser(staff)
    number = team_of(hall.pk)[0].pk
    assert "the last owner stays" in send(theirs, f"/projects/hall/team/{number}/remove/")
    assert team_of(hall.pk)[0].contributor == olga
    hall.roles.create(contributor=staff, role="owner", since=1)
    assert "Removed from the team." in send(theirs, f"/projects/hall/team/{number}/remove/")


def test_ownership_when_offered_and_accepted_then_handed_on(hers: Client, hall: Project) -> None:
    gina = person("gina")
    told = send(hers, "/projects/hall/ownership/offer/", login="gina")
    assert "Offered, for 14 days." in told
    theirs = browser(gina)
    assert "To own Hall , from olga" in text(theirs.get("/invitations/"))
    send(theirs, f"/offers/{hall.transfers.get().pk}/answer/", answer="accept")
    assert [(row.contributor.login, row.role) for row in team_of(hall.pk)] == [
        ("gina", "owner"),
        ("olga", "maintainer"),
    ]


def test_register_when_begun_then_each_step_shows_and_can_be_tried_again(
    hers: Client, hall: Project
) -> None:
    assert hers.get("/projects/hall/register/").status_code == 200
    assert "neither owner/name" in text(hers.post("/projects/hall/register/", {"repository": "x"}))
    told = send(hers, "/projects/hall/register/", repository="https://github.com/kube/web")
    assert told.count("waiting") == 4
    made = Registration.objects.get()
    RegistrationStep.objects.filter(registration=made, step="hook").update(
        state="failed", error="scope_missing", detail="Your sign-in may not make webhooks yet."
    )
    page = hers.get("/projects/hall/settings/")
    assert "may not make webhooks yet" in text(page)
    assert "/sign-in/?for=hooks" in page.content.decode()
    assert "scope_missing" not in send(hers, f"/projects/hall/registrations/{made.pk}/repair/")


def test_ping_when_none_came_for_long_then_the_page_says_what_may_be_wrong(
    hers: Client, hall: Project
) -> None:
    send(hers, "/projects/hall/register/", repository="kube/web")
    RegistrationStep.objects.filter(step="ping").update(attempts=1, changed_at=NOW - 120)
    assert "can it reach the address below" in text(hers.get("/projects/hall/settings/"))


def test_repository_when_disabled_enabled_and_moved_then_told_each_time(
    hers: Client, hall: Project
) -> None:
    done = repository_add("kube/api", github_id=7, project_id=hall.pk, now=NOW, acting=operator())
    hook_keep(done.repository.pk, hook_id=3, secret=b"s", now=NOW, acting=operator())
    place = "/projects/hall/repositories/7/"
    answer = hers.post(f"{place}disable/", {"reason": " "})
    assert (answer.status_code, "It must be given." in text(answer)) == (422, True)
    lost = hers.post(f"{place}move/", {"project": "nowhere"})
    assert lost.status_code == 422
    assert ("input", "nowhere") in typed_again(Reading(lost.content.decode()), "move-7-project")
    assert "Disabled." in send(hers, f"{place}disable/", reason="spam")
    assert "disabled (spam)" in text(hers.get("/projects/hall/settings/"))
    assert "Enabled." in send(hers, f"{place}enable/")
    attic = factories.project("attic")
    assert "Moved." in send(hers, f"{place}move/", project="attic")
    assert hers.post(f"{place}disable/", {"reason": "x"}).status_code == 404
    last = Repository.objects.get().memberships.get(ends_at=None)
    assert last.project == attic


def test_register_when_the_operators_browser_asks_then_told_how(
    client: Client, hall: Project
) -> None:
    from laurels.apps.audit.services_staff import staff_link_make

    client.post(f"/staff/{staff_link_make(now=NOW, acting=operator())}/")
    assert "laurels repository add" in text(client.get("/projects/hall/register/"))
    assert client.post("/projects/hall/register/", {"repository": "a/b"}).status_code == 422
    assert not Registration.objects.exists()


def test_links_when_somebody_may_manage_then_shown_to_them_alone(
    hers: Client, hall: Project, client: Client
) -> None:
    for one, is_shown in ((hers, True), (client, False), (browser(person("gina")), False)):
        page = one.get("/projects/hall/").content.decode()
        assert ("/projects/hall/settings/" in page) is is_shown
        assert ("/projects/new/" in one.get("/projects/").content.decode()) is is_shown


def test_form_when_sent_without_its_token_then_refused(olga: Contributor, hall: Project) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = browser(olga).cookies
    answer = strict.post("/projects/hall/archive/", {"reason": "x"})
    assert answer.status_code == 403
    assert not hall.archivals.exists()


def test_pages_when_read_then_have_one_heading_and_nothing_inline(
    hers: Client, hall: Project
) -> None:
    for place in ("settings/", "edit/", "register/"):
        body = hers.get(f"/projects/hall/{place}").content.decode()
        reading = Reading(body)
        assert body.count("<h1") == 1
        assert "[[undefined" not in body
        assert not [tag for tag, given in reading.tags if "style" in given or tag == "style"]
