"""Pull requests that nobody moves: warned, marked after the grace, let go when they move."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.models_sync import StaleWatch, SyncCoverage
from laurels.apps.intake.services.sync.staleness import Watched, stale_watch
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.registry import spec_for
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repository_disable
from laurels.lab.github.things import Thread
from tests.apps.intake.sync.conftest import DAY, Hall

NOTHING = Watched(0, 0, 0)


def look(hall: Hall) -> Watched:
    return stale_watch(stale_days=30, grace_days=14, now=hall.now())


def pass_days(hall: Hall, days: int) -> None:
    """Let days pass, with the day's sync at their end."""
    hall.town.clock.forward(days * DAY)
    hall.sync("repo", "harbour/tide")


@pytest.fixture
def idle(hall: Hall) -> Thread:
    """Return the one of two pull requests that nobody has moved for 40 days, both read."""
    town = hall.town
    idle = hall.pull(town.repository, town.contributor, hall.now() - 40 * DAY)
    hall.pull(town.repository, town.outsider, hall.now() - 5 * DAY)
    hall.pull(
        town.repository, town.outsider, hall.now() - 60 * DAY, merged_at=hall.now() - 50 * DAY
    )
    hall.sync("repo", "harbour/tide", register=Register.all())
    return idle


def test_pull_when_idle_then_warned_once_with_the_time_of_its_last_move(
    hall: Hall, idle: Thread
) -> None:
    assert look(hall) == Watched(1, 0, 0)
    watch = StaleWatch.objects.select_related("pull_request").get()
    assert (watch.pull_request.number, watch.idle_since, watch.warned_at, watch.marked_at) == (
        idle.number, idle.updated_at, hall.now(), None,
    )  # fmt: skip
    assert look(hall) == NOTHING


def test_pull_when_the_grace_is_over_then_marked_and_left_open(hall: Hall, idle: Thread) -> None:
    look(hall)
    pass_days(hall, 13)
    assert look(hall) == NOTHING
    writes = hall.town.hub.faults.count(method="PATCH")
    pass_days(hall, 1)
    assert look(hall) == Watched(0, 1, 0)
    assert StaleWatch.objects.get().marked_at == hall.now()
    assert (idle.state, PullRequest.objects.get(number=idle.number).state) == ("open", "open")
    assert hall.town.hub.faults.count(method="PATCH") == writes == 0


def test_pull_when_it_moves_then_the_watch_ends_and_begins_anew(hall: Hall, idle: Thread) -> None:
    look(hall)
    hall.town.clock.forward(DAY)
    hall.town.hub.acts.comment(idle, hall.town.maintainer, "Still wanted?")
    pass_days(hall, 1)
    assert look(hall) == Watched(0, 0, 1)
    pass_days(hall, 30)
    # By now the other one was left alone as long.
    assert look(hall) == Watched(2, 0, 0)
    assert StaleWatch.objects.filter(pull_request__number=idle.number).count() == 2


def test_pull_when_it_moved_before_the_warning_but_was_read_later_then_let_go(
    hall: Hall, idle: Thread
) -> None:
    hall.town.clock.forward(3600)
    hall.town.hub.acts.comment(idle, hall.town.maintainer, "Mine")
    hall.town.clock.forward(3600)
    assert look(hall) == Watched(1, 0, 0)
    pass_days(hall, 1)
    assert look(hall) == Watched(0, 0, 1)


def test_pull_when_closed_or_its_repository_disabled_then_let_go(hall: Hall, idle: Thread) -> None:
    look(hall)
    repository_disable(Repository.objects.get().pk, reason="x", now=hall.now(), acting=SYSTEM)
    assert look(hall) == Watched(0, 0, 1)
    assert look(hall) == NOTHING


def test_pull_when_merged_then_let_go(hall: Hall, idle: Thread) -> None:
    look(hall)
    hall.town.clock.forward(60)
    hall.town.hub.acts.merge(idle, hall.town.maintainer)
    pass_days(hall, 1)
    assert look(hall) == Watched(0, 0, 1)


def test_pull_when_nobody_reads_its_repository_then_nothing_is_said(
    hall: Hall, idle: Thread
) -> None:
    hall.town.clock.forward(400 * DAY)
    assert look(hall) == Watched(1, 0, 0)
    SyncCoverage.objects.all().delete()
    assert look(hall) == Watched(0, 0, 1)
    assert look(hall) == NOTHING


def test_pull_when_the_grace_passes_unread_then_not_marked(hall: Hall, idle: Thread) -> None:
    look(hall)
    hall.town.clock.forward(20 * DAY)
    assert look(hall) == NOTHING
    hall.sync("repo", "harbour/tide")
    assert look(hall).marked == 1


def test_job_when_it_runs_then_by_the_settings(
    hall: Hall, idle: Thread, settings: LazySettings
) -> None:
    spec = spec_for("pulls.stale")
    assert spec.every == DAY
    assert settings.LAURELS.sync_stale_days == 30
    assert spec.function(Job(kind="pulls.stale"), hall.now()) == {
        "warned": 1, "marked": 0, "ended": 0,
    }  # fmt: skip
