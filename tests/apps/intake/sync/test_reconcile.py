"""Reconciling against the stand-in: what webhooks never told is found, told and mended."""

from __future__ import annotations

from typing import Any

import pytest

from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.services.events.repositories import changes_tell
from laurels.apps.intake.services.sync.reconciling import Reconciled, reconcile
from laurels.apps.projects.models import Repository, RepositoryDisablement
from laurels.apps.projects.register import Register
from laurels.apps.projects.services import repository_disable
from laurels.apps.scoring.models import LedgerEntry
from laurels.apps.scoring.selectors import ledger_digest
from tests.apps.intake.sync.conftest import DAY, Hall


def again(hall: Hall, **asked: Any) -> Reconciled:
    return reconcile(github=hall.github, clock=hall, acting=SYSTEM, **asked)


def told(done: Reconciled) -> set[tuple[int, str, str, str]]:
    return {(one.number, one.field, one.here, one.github) for one in done.differences}


@pytest.fixture
def opened(hall: Hall) -> Hall:
    """A synced repository with a pull request that is open, 50 days old."""
    hall.pull(hall.town.repository, hall.town.contributor, hall.now() - 50 * DAY)
    hall.sync("repo", "harbour/tide", register=Register.all())
    hall.town.clock.forward(3600)
    return hall


def test_merge_when_its_webhook_never_came_then_found_and_counted(opened: Hall) -> None:
    town = opened.town
    merged_at = opened.now() - 60
    town.hub.acts.merge(town.repository.threads[1], town.maintainer, at=merged_at)
    posted = LedgerEntry.objects.count()
    done = again(opened)
    assert (1, "state", "open", "merged") in told(done)
    assert (done.merges_missed, done.repositories) == (1, 1)
    assert PullRequest.objects.get().merged_at == merged_at
    assert done.entries_posted >= 0 and LedgerEntry.objects.count() >= posted
    assert again(opened).differences == []


def test_report_when_asked_for_then_nothing_is_written(opened: Hall) -> None:
    town = opened.town
    town.hub.acts.merge(town.repository.threads[1], town.maintainer, at=opened.now() - 60)
    town.hub.places.rename(town.repository, town.owner, "ebb")
    before = ledger_digest()
    done = again(opened, is_report=True)
    assert done.is_report and (0, "name", "harbour/tide", "harbour/ebb") in told(done)
    assert PullRequest.objects.get().state == "open"
    assert Repository.objects.get().full_name == "harbour/tide"
    assert ledger_digest() == before
    assert again(opened, is_report=True).differences == done.differences


def test_merge_when_long_ago_then_found_by_its_number(opened: Hall) -> None:
    town, thread = opened.town, opened.town.repository.threads[1]
    town.hub.acts.merge(thread, town.maintainer, at=opened.now() - 60)
    opened.town.clock.forward(90 * DAY)
    done = again(opened)
    assert done.merges_missed == 1 and PullRequest.objects.get().state == "merged"


def test_repository_when_renamed_and_hidden_then_learned(opened: Hall) -> None:
    town = opened.town
    opened.town.clock.forward(60)
    town.hub.places.rename(town.repository, town.owner, "ebb")
    town.hub.places.hide(town.repository, town.owner)
    done = again(opened)
    assert {(0, "name", "harbour/tide", "harbour/ebb"),
            (0, "visibility", "public", "private")} <= told(done)  # fmt: skip
    row = Repository.objects.get()
    assert (row.full_name, row.is_private) == ("harbour/ebb", True)


def test_repository_when_gone_then_told_and_the_others_go_on(opened: Hall) -> None:
    town = opened.town
    other = town.hub.places.repository(town.group, "other")
    opened.pull(other, town.outsider, opened.now() - 60)
    opened.sync("repo", "harbour/other", register=Register.all())
    town.hub.places.delete(town.repository, town.owner)
    opened.town.clock.forward(60)
    town.hub.acts.merge(other.threads[1], town.maintainer, at=opened.now())
    opened.town.clock.forward(60)
    done = again(opened)
    assert (0, "repository", "registered", "not shown") in told(done)
    assert done.merges_missed == 1


def test_repository_when_its_name_was_taken_then_the_strangers_work_is_not_ours(
    opened: Hall,
) -> None:
    town = opened.town
    town.hub.places.delete(town.repository, town.owner)
    taken = town.hub.places.repository(town.group, "tide")
    opened.pull(taken, town.outsider, opened.now() - 5, merged_at=opened.now() - 4)
    done = again(opened)
    assert told(done) == {(0, "repository", "registered", "another repository has the name")}
    assert PullRequest.objects.get().state == "open"


def test_repository_when_disabled_then_left_alone(opened: Hall) -> None:
    repository_disable(Repository.objects.get().pk, reason="x", now=opened.now(), acting=SYSTEM)
    assert again(opened).repositories == 0


def disabled() -> list[tuple[str, int, int | None]]:
    rows = RepositoryDisablement.objects.order_by("starts_at", "pk")
    return list(rows.values_list("cause", "starts_at", "ends_at"))


def test_repository_when_archived_unheard_then_disabled_and_back_as_if_never(
    opened: Hall,
) -> None:
    town, since = opened.town, opened.now()
    town.hub.places.archive(town.repository, town.owner)
    assert (0, "archive", "in use", "archived") in told(again(opened, is_report=True))
    assert disabled() == []
    again(opened)
    assert disabled() == [("archived", since, None)]
    town.clock.forward(3600)
    town.hub.places.archive(town.repository, town.owner, is_archived=False)
    assert (0, "archive", "archived", "in use") in told(again(opened))
    assert disabled() == [("archived", since, since + 1)]
    assert again(opened).differences == []


def test_repository_when_hidden_and_shown_unheard_then_disabled_between(opened: Hall) -> None:
    town, since = opened.town, opened.now()
    town.hub.places.hide(town.repository, town.owner)
    again(opened)
    assert disabled() == [("privatised", since, None)]
    town.hub.places.hide(town.repository, town.owner, is_private=False)
    until = town.clock.forward(3600)
    again(opened)
    assert disabled() == [("privatised", since, until)]


def test_repository_when_given_away_unheard_then_disabled_until_given_back(opened: Hall) -> None:
    town, since = opened.town, opened.now()
    town.hub.places.transfer(town.repository, town.owner, town.outsider)
    assert [one[1] for one in told(again(opened)) if one[1] == "owner"] == ["owner"]
    assert disabled() == [("transferred", since, None)]
    town.hub.places.transfer(town.repository, town.outsider, town.group)
    until = town.clock.forward(3600)
    again(opened)
    assert disabled() == [("transferred", since, until)]


def test_repository_when_restored_unheard_then_counts_again(opened: Hall) -> None:
    row = Repository.objects.get()
    since = opened.now() - 50
    changes_tell({(row.pk, "deleted", since)}, acting=SYSTEM, now=since)
    assert disabled() == [("deleted", since, None)]
    again(opened)
    assert disabled() == [("deleted", since, opened.now())]


def test_names_when_given_then_only_those(opened: Hall) -> None:
    assert again(opened, names=["HARBOUR/tide"]).repositories == 1
    assert again(opened, names=["harbour/none"]).repositories == 0


def test_many_when_open_then_fifty_a_request(hall: Hall) -> None:
    town = hall.town
    for number in range(120):
        hall.pull(town.repository, town.contributor, hall.now() - 50 * DAY + number)
    hall.sync("repo", "harbour/tide", register=Register.all())
    hall.town.clock.forward(3600)
    for number in (3, 60, 119):
        thread = town.repository.threads[number]
        thread.state, thread.merged_at, thread.closed_at = "closed", hall.now(), hall.now()
    done = again(hall)
    # One for the repository, two searches of what moved lately, three for the hundred and twenty.
    assert (done.merges_missed, done.requests, done.examined) == (3, 6, 120)
