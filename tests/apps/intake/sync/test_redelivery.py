"""Deliveries that failed are asked for again, while GitHub still has them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.conf import settings

from laurels.adapters.github.client import Pool
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.models import Delivery
from laurels.apps.intake.services.sync.redelivery import failed_deliveries_ask
from laurels.apps.people.models import Contributor
from laurels.apps.people.services.github_tokens import github_token_keep
from laurels.apps.projects.models import Registration, Repository
from laurels.apps.projects.register import Register
from laurels.apps.projects.services.hooks import hook_keep
from laurels.lab.github.things import Hook
from tests.apps.intake.sync.conftest import DAY, Hall
from tests.fakes.github import Door, door


@pytest.fixture
def taking() -> Iterator[Door]:
    with door() as taken:
        yield taken


@pytest.fixture
def hook(hall: Hall, taking: Door) -> Hook:
    """A hook of ours on the repository, registered by its owner, who gave us a token."""
    hall.sync("repo", "harbour/tide", register=Register.all())
    hall.sync("user", "olga")
    town, row = hall.town, Repository.objects.get()
    made = town.hub.places.hook(town.repository, taking.url, "s", ["issues"], is_pinged=False)
    hook_keep(row.pk, hook_id=made.id, secret=b"s", now=hall.now(), acting=SYSTEM)
    olga = Contributor.objects.get(login="olga")
    github_token_keep(
        olga,
        token=town.hub.world.token_for(town.owner),
        refresh="",
        expires_at=None,
        scopes="repo",
        vault=settings.LAURELS_VAULT,
        now=hall.now(),
        acting=SYSTEM,
    )
    project = row.memberships.get().project
    Registration.objects.create(
        project=project, repository=row, full_name=row.full_name, name_key=row.full_name,
        registrar=olga, created_at=hall.now(),
    )  # fmt: skip
    return made


def speak(hall: Hall, title: str) -> None:
    hall.town.hub.acts.open(hall.town.repository, hall.town.outsider, title, is_pull=False)
    hall.town.hub.post.drain()


def test_failed_when_within_three_days_then_asked_for_once(
    hall: Hall, hook: Hook, taking: Door
) -> None:
    taking.statuses += [202, 500, 503]
    for title in ("fine", "lost", "lost too"):
        speak(hall, title)
    done = failed_deliveries_ask(github=hall.github, clock=hall)
    hall.town.hub.post.drain()
    assert (done.hooks, done.redelivered, done.refused) == (1, 2, 0)
    assert len(taking.taken) == 5
    assert failed_deliveries_ask(github=hall.github, clock=hall).redelivered == 0


def test_failed_when_it_arrived_all_the_same_then_not_asked_for(
    hall: Hall, hook: Hook, taking: Door
) -> None:
    taking.statuses += [500]
    speak(hall, "stored, but the answer was lost")
    guid = taking.taken[0].headers["X-GitHub-Delivery"]
    Delivery.objects.create(
        hook_id=hook.id, guid=guid, event="issues", sha256="0" * 64, size_bytes=2, received_at=1
    )
    assert failed_deliveries_ask(github=hall.github, clock=hall).redelivered == 0


def test_failed_when_older_than_three_days_then_past_help(
    hall: Hall, hook: Hook, taking: Door
) -> None:
    taking.statuses += [500]
    speak(hall, "lost")
    hall.town.clock.forward(3 * DAY)
    assert failed_deliveries_ask(github=hall.github, clock=hall).redelivered == 0


def test_hook_when_nobodys_token_may_look_then_counted(hall: Hall, hook: Hook) -> None:
    Registration.objects.all().delete()
    bare = type(hall.github)(hall.github.core, Pool((), hall.github.core.state))
    done = failed_deliveries_ask(github=bare, clock=hall)
    assert (done.hooks, done.refused) == (0, 1)


def test_hook_when_removed_at_github_then_counted(hall: Hall, hook: Hook) -> None:
    with hall.town.hub.world.lock:
        del hall.town.repository.hooks[hook.id], hall.town.hub.world.hooks[hook.id]
    assert failed_deliveries_ask(github=hall.github, clock=hall).gone == 1
