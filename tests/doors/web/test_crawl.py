from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urljoin

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import resolve

import laurels.web
from laurels.apps.audit.actors import operator
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project
from laurels.apps.projects.services import invitation_make, registration_begin
from tests.doors.web.conftest import NOW, Answer, Get, World
from tests.doors.web.measuring import actor_of, handed, population
from tests.doors.web.test_permissions import browser
from tests.fakes.nodes import pull_node

STATEMENTS = 20
BUDGET = 60_000
SHEET = Path(laurels.web.__file__).parent / "static" / "laurels" / "laurels.css"
MANAGING = {
    *("project_settings", "project_edit", "repository_register", "project_new", "admin:index"),
    *("compare", "compare_csv"),
}
DECORATION = {"style", "onclick", "onload", "onsubmit", "onchange"}


def crawl(get: Get, *starts: str, most: int | None = None) -> dict[str, Answer]:
    """Follow every link of ours from home, without script; `most` so many pages of a kind."""
    seen: dict[str, Answer] = {}
    kinds: Counter[str] = Counter()
    waiting = ["/", *starts]
    while waiting:
        address = waiting.pop().partition("#")[0]
        if address in seen or not address.startswith("/"):
            continue
        kind = resolve(address.partition("?")[0]).view_name
        kinds[kind] += 1
        if most is not None and kinds[kind] > most:
            continue
        seen[address] = get(address)
        if seen[address].response["Content-Type"].startswith("text/html"):
            waiting += [urljoin(address, link) for link in seen[address].reading.links]
    return seen


def test_crawl_when_every_link_is_followed_then_each_page_holds(world: World, get: Get) -> None:
    population(NOW)
    person = Contributor.objects.get(login=world.people[0])
    person.claimed_at = NOW
    person.save()
    handed(person, [pull_node(at, actor_of(person), NOW) for at in range(1, 26)], NOW)
    pages = crawl(get)
    kinds = {answer.response.resolver_match.view_name for answer in pages.values()}

    assert kinds >= {
        *("home", "leaderboard", "projects", "project", "contributor", "points", "pulls", "rules"),
        *("certificates", "certificate", "weeks_csv", "leaderboard_csv", "projects_csv"),
        *("project_repositories_csv", "points_csv", "pulls_csv", "days_csv", "rules_csv"),
        *("metrics", "metrics_csv", "evidence"),
    }
    assert {a: one.status for a, one in pages.items() if one.status != 200} == {}
    assert {a: n.statements for a, n in pages.items() if n.statements > STATEMENTS} == {}
    assert [a for a, one in pages.items() if "[[undefined" in one.body] == []
    for address, answer in pages.items():
        if answer.response["Content-Type"].startswith("text/html"):
            assert faults(answer) == [], address


@pytest.mark.parametrize(
    ("role", "finds"),
    [
        ("contributor", set()),
        ("owner", {"project_settings", "project_edit", "repository_register", "compare"}),
        (
            "organiser",
            {"project_new", "project_settings", "project_edit", "repository_register", "compare"},
        ),
    ],
)
def test_crawl_when_somebody_is_signed_in_then_their_pages_hold_too(
    world: World, get: Get, client: Client, role: str, finds: set[str]
) -> None:
    person = Contributor.objects.get(login=world.people[0])
    person.user = get_user_model().objects.create_user(f"user-{role}")
    person.save()
    if role == "organiser":
        person.program_roles.create(role="organiser", since=NOW)
    project = Project.objects.get(slug=world.project)
    if role == "owner":
        project.roles.create(contributor=person, role="owner", since=NOW)
    else:
        invitation_make(
            project.pk, github_id=person.github_id or 0, login=person.login, role="maintainer",
            now=NOW, acting=operator(),
        )  # fmt: skip
    registration_begin(project.pk, "a/b", registrar_id=person.pk, now=NOW, acting=operator())
    client.cookies = browser(person).cookies

    pages = crawl(get, f"/projects/{world.project}/", most=3)
    kinds = {one.response.resolver_match.view_name for one in pages.values()}
    assert kinds >= finds | {"account", "account_export"}
    assert ("invitations" in kinds) is (role != "owner")
    assert not kinds & (MANAGING - finds - {"compare_csv"})
    assert {a: one.status for a, one in pages.items() if one.status != 200} == {}
    ours = {a: one for a, one in pages.items() if not a.startswith("/admin/")}
    # The export is no page: it reads every table that holds something of a person.
    counted = {a: one.statements for a, one in ours.items() if a != "/account/export.json"}
    assert {a: number for a, number in counted.items() if number > STATEMENTS} == {}
    for address, answer in ours.items():
        if answer.response["Content-Type"].startswith("text/html"):
            assert faults(answer) == [], address
            assert "[[undefined" not in answer.body, address


def faults(answer: Answer) -> list[str]:
    """Return what a page has that none may have: inline parts, foreign parts, too many bytes."""
    found = []
    if len(answer.body.encode()) + SHEET.stat().st_size >= BUDGET:
        found.append("page and style sheet together are too large")
    if "default-src 'self'" not in answer.response["Content-Security-Policy"]:
        found.append("no content security policy")
    if "Data complete to" not in answer.text:
        found.append("the foot does not say how fresh the data is")
    if answer.body.count("<h1") != 1:
        found.append("not one h1")
    for tag, attributes in answer.reading.tags:
        if tag == "style" or DECORATION & attributes.keys():
            found.append(f"inline style or script on {tag}")
        if tag == "script" and not attributes.get("src"):
            found.append("inline script")
        loaded = [attributes.get(name) or "" for name in ("src", "srcset", "action")]
        loaded.append((attributes.get("href") or "") if tag == "link" else "")
        found += [f"{tag} loads {one}" for one in loaded if one.startswith(("http", "//"))]
    return found
