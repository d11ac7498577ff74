"""Syncs and sweeps as a GitHub App: its signature is checked, its tokens end after an hour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from laurels.adapters.github.client import GitHub, MissingToken, Pool, TokenInvalid
from laurels.adapters.github.client.app_auth import AppAuth, AppTokens
from laurels.apps.intake.services.sync import SubjectMissing
from laurels.apps.intake.services.sync.redelivery import failed_deliveries_ask
from laurels.apps.projects.register import Register
from laurels.lab.github.things import Installation
from tests.apps.intake.sync.conftest import DAY, Hall
from tests.fakes.app_keys import app_key
from tests.fakes.github import Door, door

BOUGHT = "/access_tokens$"


@pytest.fixture
def taking() -> Iterator[Door]:
    with door() as taken:
        yield taken


@pytest.fixture
def installed(hall: Hall) -> Installation:
    """Install our App on the organisation, and let the client ask as the App alone."""
    world = hall.town.hub.world
    world.register_app("1", app_key().public)
    found = world.install(hall.town.group)
    hall.github = as_app(hall)
    return found


def as_app(hall: Hall, key: str = "ours") -> GitHub:
    core = hall.github.core
    app = AppAuth(core, "1", app_key(key).private, hall.town.hub.api)
    return replace(hall.github, tokens=AppTokens(app), app=app)


def test_app_when_installed_then_its_token_reads_what_is_private(
    hall: Hall, installed: Installation
) -> None:
    town = hall.town
    town.hub.places.hide(town.repository, town.owner)
    hall.pull(town.repository, town.contributor, hall.now() - DAY)
    synced = hall.sync("repo", "harbour/tide")
    assert (synced.pull_requests, synced.withheld, synced.gaps) == (1, 1, 0)
    assert hall.town.hub.faults.count(BOUGHT) == 1
    assert [grant.installation for grant in town.hub.world.grants.values()][-1] == installed.id


def test_app_when_its_token_is_about_to_end_then_another_is_bought(
    hall: Hall, installed: Installation
) -> None:
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - DAY)
    for forward, bought in ((0, 1), (3_000, 1), (400, 2)):
        hall.town.clock.forward(forward)
        hall.sync("repo", "harbour/tide", register=Register.all())
        assert hall.town.hub.faults.count(BOUGHT) == bought


def test_app_when_it_is_not_installed_there_then_other_tokens_are_asked_with(
    hall: Hall, installed: Installation
) -> None:
    town = hall.town
    elsewhere = town.hub.places.repository(town.outsider, "own")
    hall.pull(elsewhere, town.outsider, hall.now() - DAY)
    assert hall.sync("repo", "otto/own", register=Register.all()).pull_requests == 1
    town.hub.places.hide(elsewhere, town.outsider)
    with pytest.raises(SubjectMissing):
        hall.sync("repo", "otto/own")


def test_app_when_its_key_is_not_the_registered_one_then_refused_as_invalid(
    hall: Hall, installed: Installation
) -> None:
    hall.github = as_app(hall, key="theirs")
    with pytest.raises(TokenInvalid):
        hall.sync("repo", "harbour/tide")
    assert hall.town.hub.faults.count(BOUGHT) == 0


def test_app_when_installed_nowhere_then_there_is_no_token(hall: Hall) -> None:
    hall.town.hub.world.register_app("1", app_key().public)
    hall.github = as_app(hall)
    with pytest.raises(MissingToken):
        hall.sync("user", "carl")


def test_failed_deliveries_when_they_were_the_apps_then_asked_for_once(
    hall: Hall, installed: Installation, taking: Door
) -> None:
    town = hall.town
    town.hub.places.app_hook(taking.url, "app")
    taking.statuses += [202, 500]
    for title in ("fine", "lost"):
        town.hub.acts.open(town.repository, town.outsider, title, is_pull=False)
        town.hub.post.drain()
    assert len(taking.taken) == 2
    done = failed_deliveries_ask(github=hall.github, clock=hall)
    town.hub.post.drain()
    assert (done.hooks, done.redelivered, len(taking.taken)) == (1, 1, 3)
    guids = [one.headers["X-GitHub-Delivery"] for one in taking.taken]
    assert guids[1] == guids[2]
    assert failed_deliveries_ask(github=hall.github, clock=hall).redelivered == 0
    town.clock.forward(3 * DAY)
    assert failed_deliveries_ask(github=hall.github, clock=hall).redelivered == 0


def test_failed_deliveries_when_there_is_no_app_then_nobody_asks_for_its_own(hall: Hall) -> None:
    bare = GitHub(hall.github.core, Pool((), hall.github.core.state), hall.github.api_url)
    assert failed_deliveries_ask(github=bare, clock=hall).hooks == 0
