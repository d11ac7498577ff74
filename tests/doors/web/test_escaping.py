from __future__ import annotations

import pytest

from laurels.apps.contributions.models import PullRequest
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.apps.recognition.models import Certificate
from tests.doors.web.conftest import Get, World

EVIL = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>"


def test_texts_when_they_hold_markup_then_pages_show_it_as_text(world: World, get: Get) -> None:
    PullRequest.objects.filter(author_id=world.top_pk).update(title=EVIL)
    Project.objects.filter(slug=world.project).update(name=EVIL, description=EVIL)
    Certificate.objects.filter(number=world.certificate).update(
        recipient_name=EVIL, recipient_login=EVIL, issuer=EVIL, tier_label=EVIL
    )
    for address in (
        "/",
        "/projects/",
        f"/projects/{world.project}/",
        f"/contributors/{world.top}/",
        f"/contributors/{world.top}/points/",
        f"/contributors/{world.top}/pulls/",
        f"/certificates/{world.certificate}/",
        f"/leaderboard/?scope=project:{world.project}",
    ):
        answer = get(address)
        assert answer.status == 200
        assert "<script>alert" not in answer.body, address
        assert "<img" not in answer.body, address


def test_login_when_it_holds_markup_then_pages_show_it_as_text(world: World, get: Get) -> None:
    login = "<b>x</b>"
    Contributor.objects.filter(pk=world.top_pk).update(login=login, login_key=login)
    assert login not in get("/contributors/%3Cb%3Ex%3C/b%3E/", follow=True).body
    assert login not in get("/").body


@pytest.mark.parametrize(
    "address", ["/leaderboard/?q={}", "/projects/?q={}", "/certificates/?q={}", "/{}", "/rules/?{}"]
)
def test_addresses_when_they_hold_markup_then_pages_show_it_as_text(
    world: World, get: Get, address: str
) -> None:
    body = get(address.format("<script>alert(1)</script>")).body
    assert "<script>alert" not in body


def test_csv_when_a_title_is_a_formula_then_guarded(world: World, get: Get) -> None:
    PullRequest.objects.filter(author_id=world.top_pk).update(title="=HYPERLINK(1)")
    for name in ("points", "pulls"):
        body = get(f"/contributors/{world.top}/{name}.csv").body
        assert "'=HYPERLINK(1)" in body
        assert ",=HYPERLINK(1)" not in body
