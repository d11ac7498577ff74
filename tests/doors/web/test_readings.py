"""What pages tell of readings of GitHub: as of when, gaps by name, what nobody moves, outages."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model

from laurels.apps.contributions.models import PullRequest
from laurels.apps.intake.models_sync import (
    Outage,
    StaleWatch,
    SyncCoverage,
    SyncGap,
    SyncSubject,
)
from laurels.apps.intake.selectors_pages import Freshness
from laurels.apps.intake.selectors_sync import stale_in
from laurels.apps.projects.models import Project, Repository
from laurels.web.presenters import words
from laurels.web.presenters.freshness import foot_of
from laurels.web.presenters.readings import waiting_view
from tests.doors.web.conftest import DAY, NOW, Get, Reading, World
from tests.doors.web.test_permissions import browser, people


@pytest.fixture
def read(world: World, db: None) -> Repository:
    """Return a repository of the project that was read up to three hours ago."""
    project = Project.objects.get(slug=world.project)
    row = Repository.objects.filter(memberships__project=project).order_by("pk")[0]
    subject = SyncSubject.objects.create(
        kind="repo", github_id=row.github_id, name=row.full_name, created_at=1, synced_at=NOW
    )
    SyncCoverage.objects.create(subject=subject, starts_at=1, ends_at=NOW - 10_800)
    return row


def gap(reason: str, expected: int | None, received: int) -> None:
    SyncGap.objects.create(
        subject=SyncSubject.objects.get(), starts_at=NOW - DAY, ends_at=NOW - DAY + 1,
        reason=reason, expected=expected, received=received, found_at=NOW,
    )  # fmt: skip


def test_project_when_never_read_then_nothing_is_said_of_readings(world: World, get: Get) -> None:
    assert "Read from GitHub" not in get(f"/projects/{world.project}/").text


def test_project_when_read_then_as_of_when(world: World, read: Repository, get: Get) -> None:
    text = get(f"/projects/{world.project}/").text
    assert f"As of {words.moment(NOW - 10_800)}" in text
    assert "No gaps." in text


@pytest.mark.parametrize(
    ("reason", "expected", "received", "told"),
    [
        ("cut", 1005, 1000, "GitHub shows 1,000 of the 1,005 that moved within one second"),
        ("mismatch", 7, 5, "GitHub counted 7 and showed 5"),
        ("hidden", None, 1, "GitHub hides 1 row from us"),
    ],
)
def test_project_when_something_could_not_be_read_then_each_gap_is_named(
    world: World,
    read: Repository,
    get: Get,
    reason: str,
    expected: int | None,
    received: int,
    told: str,
) -> None:
    gap(reason, expected, received)
    text = get(f"/projects/{world.project}/").text
    assert told in text and read.full_name in text
    assert words.span(NOW - DAY, NOW - DAY + 1) in text
    assert "1 gap in what GitHub showed." in text


@pytest.mark.parametrize(
    ("reason", "remedy"),
    [
        ("cut", "read the rest in from a file"),
        ("mismatch", "A later sync that reads this time whole closes the gap"),
        ("hidden", "Let the program's GitHub App, or the token that it reads with, see all"),
    ],
)
def test_project_when_there_is_a_gap_then_its_team_alone_reads_what_to_do(
    world: World, read: Repository, get: Get, reason: str, remedy: str
) -> None:
    gap(reason, 7, 5)
    address = f"/projects/{world.project}/"
    project = Project.objects.get(slug=world.project)
    maintainer = people()["maintainer"]
    project.roles.create(contributor=maintainer, role="maintainer", since=1)
    assert remedy in Reading(browser(maintainer).get(address).content.decode()).text
    assert remedy not in get(address).text


def test_project_when_a_pull_request_waits_then_stale_and_later_abandoned(
    world: World, read: Repository, get: Get
) -> None:
    pull = PullRequest.objects.filter(repository=read).order_by("pk")[0]
    PullRequest.objects.filter(pk=pull.pk).update(state="open", is_gone=False)
    watch = StaleWatch.objects.create(
        pull_request=pull, idle_since=NOW - 40 * DAY, warned_at=NOW - DAY
    )
    text = get(f"/projects/{world.project}/").text
    assert "Stale" in text and f"still since {words.day(NOW - 40 * DAY)}" in text
    grace = settings.LAURELS.sync_grace_days * DAY
    assert f"Stale since {words.day(NOW - DAY)}" in text
    assert f"abandoned if nothing happens until {words.day(NOW - DAY + grace)}" in text
    StaleWatch.objects.filter(pk=watch.pk).update(warned_at=NOW - grace)
    assert f"its grace ended {words.day(NOW)}" in get(f"/projects/{world.project}/").text
    StaleWatch.objects.filter(pk=watch.pk).update(marked_at=NOW)
    assert f"abandoned since {words.day(NOW)}" in get(f"/projects/{world.project}/").text
    assert "Abandoned" in get(f"/projects/{world.project}/").text
    StaleWatch.objects.filter(pk=watch.pk).update(ended_at=NOW)
    assert "Waiting for a move" not in get(f"/projects/{world.project}/").text


def test_project_when_a_repository_is_disabled_then_since_when_and_why(
    world: World, read: Repository, get: Get
) -> None:
    assert "nothing done there earns" not in get(f"/projects/{world.project}/").text
    row = read.disablements.create(starts_at=NOW - DAY, cause="archived", reason="x")
    text = get(f"/projects/{world.project}/").text
    told = f"Since {words.day(NOW - DAY)} nothing done there earns: archived on GitHub."
    assert told in text
    read.disablements.filter(pk=row.pk).update(ends_at=NOW)
    assert told not in get(f"/projects/{world.project}/").text


def test_waiting_when_there_are_many_then_the_longest_and_how_many_more(read: Repository) -> None:
    pulls = list(PullRequest.objects.filter(repository=read).order_by("pk")[:4])
    for place, pull in enumerate(pulls):
        PullRequest.objects.filter(pk=pull.pk).update(state="open", is_gone=False)
        StaleWatch.objects.create(
            pull_request=pull, idle_since=NOW - (90 - place) * DAY, warned_at=NOW - DAY
        )
    view = waiting_view(stale_in([read.pk], limit=3))
    assert [one.row.number for one in view.rows] == [pull.number for pull in pulls[:3]]
    assert view.more == 1


def test_author_when_their_pull_request_waits_then_their_account_page_tells(
    world: World, read: Repository, get: Get
) -> None:
    pull = PullRequest.objects.filter(repository=read, author__isnull=False).order_by("pk")[0]
    PullRequest.objects.filter(pk=pull.pk).update(state="open", is_gone=False)
    StaleWatch.objects.create(pull_request=pull, idle_since=NOW - 40 * DAY, warned_at=NOW - DAY)
    author = pull.author
    assert author is not None
    author.user = get_user_model().objects.create_user("user-author")
    author.save(update_fields=["user"])
    hers = browser(author)
    text = Reading(hers.get("/account/").content.decode()).text
    assert "Waiting for a move" in text and f"{read.full_name}#{pull.number}" in text
    assert f"Stale since {words.day(NOW - DAY)}" in text
    PullRequest.objects.filter(pk=pull.pk).update(state="merged")
    assert "Waiting for a move" not in Reading(hers.get("/account/").content.decode()).text


def test_pages_when_github_does_not_answer_then_say_since_when(world: World, get: Get) -> None:
    row = Outage.objects.create(begins_at=NOW - 600)
    told = f"GitHub has not answered since {words.moment(NOW - 600)}."
    assert told in get("/").text
    Outage.objects.filter(pk=row.pk).update(ends_at=NOW)
    assert told not in get("/").text


def test_foot_when_all_is_live_then_as_of_the_last_reading() -> None:
    foot = foot_of(Freshness(0, None, None, live_to=NOW))
    assert (foot.before, foot.until, foot.after, foot.is_whole) == (
        "Data from GitHub as of", NOW, ". No gaps.", True,
    )  # fmt: skip
    late = foot_of(Freshness(0, None, None, live_to=NOW, sync_gaps=2))
    assert (late.after, late.is_whole) == (". 2 gaps in what GitHub showed.", False)
