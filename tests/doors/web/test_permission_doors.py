"""The cells beside those of projects: accounts, the admin, the API; and no door is left out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import get_resolver, resolve

from laurels.apps.audit.actors import operator
from laurels.apps.metrics.services import baseline_load
from laurels.apps.people.models import Contributor
from laurels.apps.scoring.services import program_init
from laurels.domain.policies import ACTIONS, Role
from laurels.web import actions
from tests.apps.metrics.populations import baseline
from tests.doors.web.conftest import NOW
from tests.doors.web.test_permissions import CELLS, ROLES, browser, patterns, people
from tests.meta.files import ROOT

ANSWERS = {"invitation_answer", "ownership_answer"}
ACCOUNT = {
    "account": "/account/",
    "account_export": "/account/export.json",
    "account_end_sign_in": "/account/sign-ins/0/",
    "account_end_everywhere": "/account/sign-ins/everywhere/",
    "account_read_own": "/account/reading/",
    "account_make_token": "/account/tokens/",
    "account_revoke_token": "/account/tokens/0/",
    "account_close": "/account/close/",
    "account_erase": "/account/erase/",
}
READS = {"account", "account_export"}
WRITING = {"sign_in", "sign_out", "staff_link", "project_new"}
"""Addresses of the program that take more than reading; each has tests of its own."""


@pytest.fixture
def team(db: None) -> dict[str, Contributor]:
    """Return a person for each role but the visitor's; roles in projects need none here."""
    program_init("fair", now=NOW, acting=operator())
    made = people()
    made["organiser"].program_roles.create(role="organiser", since=1)
    made["staff"].is_staff = True
    made["staff"].save()
    return made


def of(team: dict[str, Contributor], role: Role) -> Client:
    return browser(None if role is Role.VISITOR else team[role])


def test_addresses_when_listed_then_the_cells_of_each_are_tried() -> None:
    names = {name for name, _ in patterns(get_resolver().url_patterns)}
    ours = {name for name in names if not name.startswith(("admin:", "api:"))}
    assert ours - {*CELLS, *ANSWERS, *ACCOUNT, *actions.PROGRAM} == set()


@pytest.mark.parametrize(
    "address",
    ["/", "/weeks.csv", "/leaderboard/", "/leaderboard.csv", "/projects/", "/projects.csv",
     "/projects/a/", "/projects/a/repositories.csv", "/projects/a/rules/", "/projects/a/rules/1/",
     "/contributors/a/", "/contributors/a/points/", "/contributors/a/points.csv",
     "/contributors/a/pulls/", "/contributors/a/pulls.csv", "/contributors/a/days.csv", "/rules/",
     "/rules/1/", "/rules/1.csv", "/certificates/", "/certificates/4H7KQ2M9XWTD/", "/favicon.ico",
     "/sign-in/github/", "/livez", "/readyz"],
)  # fmt: skip
def test_address_for_reading_when_written_to_then_refused(db: None, address: str) -> None:
    name = resolve(address).view_name
    assert name in actions.PROGRAM.keys() - WRITING
    assert Client().post(address).status_code == 405


def test_addresses_for_reading_when_listed_then_writing_to_each_is_tried() -> None:
    marked = next(one for one in test_address_for_reading_when_written_to_then_refused.pytestmark)
    tried = {resolve(address).view_name for address in marked.args[1]}
    assert actions.PROGRAM.keys() - WRITING - tried == set()


@pytest.mark.parametrize("name", ACCOUNT)
def test_account_when_each_role_asks_then_only_visitors_are_refused(
    team: dict[str, Contributor], name: str
) -> None:
    allowed = ACTIONS[actions.INSIDE[name]].roles
    for role in ROLES:
        client = of(team, role)
        ask: Any = client.get if name in READS else client.post
        answer = ask(ACCOUNT[name])
        is_refused = answer.status_code == 403 or "/sign-in/" in answer.get("Location", "")
        # Whoever is signed in is a contributor besides what else they are.
        assert is_refused is (role is Role.VISITOR), (role, answer.status_code)
        assert is_refused or Role.CONTRIBUTOR in allowed


def admin_doors() -> dict[str, str]:
    """Return each admin action with the address that takes it."""
    found = {"publish": "/admin/scoring/rulesetversion/publish/"}
    for model, site in admin.site._registry.items():
        for action in site.actions:
            name = getattr(action, "__name__", action)
            found[str(name)] = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
    return found


@pytest.mark.parametrize("name", actions.ADMIN)
def test_admin_action_when_each_role_asks_then_as_the_table_says(
    team: dict[str, Contributor], name: str
) -> None:
    address = admin_doors()[name]
    answers = {}
    for role in ROLES:
        answer = of(team, role).post(address, {"action": name, "_selected_action": ["0"]})
        answers[role] = not (answer.status_code == 403 or "/login/" in answer.get("Location", ""))
    # The admin is staff's alone, whoever else may do the same elsewhere.
    assert answers == {role: role is Role.STAFF for role in ROLES}
    assert Role.STAFF in ACTIONS[actions.ADMIN[name]].roles


PLACES = {
    "{token_id}": "0",
    "{user_id}": "00000000-0000-0000-0000-000000000007",
    "{metric}": "oss_reviews",
    "{baseline_id}": "first",
}


def api_doors() -> list[tuple[str, str, str, bool]]:
    """Return method, path and name of every operation, and whether it asks for nobody's token."""
    told = json.loads((ROOT / "docs" / "api" / "openapi.json").read_text(encoding="utf-8"))
    found = []
    for path, operations in told["paths"].items():
        place = path
        for name, value in PLACES.items():
            place = place.replace(name, value)
        found += [
            (method, place, resolve(place).view_name, not operation.get("security"))
            for method, operation in operations.items()
        ]
    return found


@pytest.mark.parametrize(("method", "path", "name", "is_tokenless"), api_doors())
def test_api_when_a_visitor_asks_then_as_the_table_says(
    db: None, method: str, path: str, name: str, is_tokenless: bool
) -> None:
    baseline_load(baseline("first"), now=NOW, acting=operator())
    # The routes of tokens are one thing in the table, whatever is done to them.
    word = "tokens" if path.startswith("/api/v1/tokens") else name.removeprefix("api:")
    action = actions.API[word]
    body = {"data": "{}", "content_type": "application/json"} if method != "get" else {}
    answer = getattr(Client(), method)(path, **body)
    # What a signature or a token decides is open to everybody, and refuses what is not shown; what
    # is of people the API tells to nobody without one, even where the pages show it.
    is_open = method == "get" and is_tokenless and Role.VISITOR in ACTIONS[action].roles
    assert answer.status_code == 200 if is_open else answer.status_code in (401, 422)
