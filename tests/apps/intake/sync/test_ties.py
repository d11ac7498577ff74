"""Two things told of one second by webhooks: GitHub is asked, and what it shows stands."""

from __future__ import annotations

import pytest
from django.conf import LazySettings

from laurels.adapters.github.client import Pool
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Issue, PullRequest
from laurels.apps.intake.services.events import Received, events_apply
from laurels.apps.intake.services.ties import AFTER_SECONDS, REREAD
from laurels.apps.jobs.models import Job
from laurels.apps.jobs.services import claim, run
from laurels.apps.projects.register import Register
from laurels.domain.lifecycle import loads
from laurels.kit.times import format_instant
from laurels.lab.github.acts import make_thread
from laurels.lab.github.things import Thread
from tests.apps.intake.sync.conftest import Hall
from tests.fakes.archive import Json
from tests.fakes.webhooks import hook


@pytest.fixture
def pull(hall: Hall, settings: LazySettings) -> Thread:
    """Return a pull request that we have read, and let a minute pass."""
    settings.LAURELS_CLOCK = hall
    settings.LAURELS_GITHUB = lambda: hall.github
    town = hall.town
    made = hall.pull(town.repository, town.contributor, hall.now() - 900)
    hall.sync("repo", "harbour/tide", register=Register.all())
    town.clock.forward(60)
    return made


def told(hall: Hall, thread: Thread, title: str, kind: str = "pull_request") -> Received:
    """A delivery of this second that gives a title."""
    place = hall.town.repository
    body: Json = {
        "number": thread.number, "title": title, "updated_at": format_instant(hall.now()),
        "user": {"id": thread.author.id, "login": thread.author.login, "type": "User"},
    }  # fmt: skip
    repo: Json = {"id": place.id, "name": "tide", "full_name": "harbour/tide"}
    if kind == "pull_request":
        body["base"] = {"repo": repo}
        given: Json = {"action": "edited", "number": thread.number, "pull_request": body}
    else:
        given = {"action": "edited", "issue": body}
    received: Received = hook(kind, given, repo=repo, received_at=hall.now())
    return received


def apply(hall: Hall, *received: Received) -> None:
    outcomes = events_apply(received, acting=SYSTEM, now=hall.now())
    assert {one.state for one in outcomes} == {"processed"}


def tie(hall: Hall, thread: Thread, kind: str = "pull_request") -> list[str]:
    """Let GitHub show the title that the fold does not choose; return the chosen and the shown."""
    names = ["Calm", "Storm"]
    apply(hall, *(told(hall, thread, name, kind) for name in names))
    row = (PullRequest if kind == "pull_request" else Issue).objects.get(number=thread.number)
    [shown] = set(names) - {row.title}
    thread.title, thread.updated_at = shown, hall.now()
    return [row.title, shown]


def work(hall: Hall) -> Job:
    hall.town.clock.forward(AFTER_SECONDS)
    job = claim(now=hall.now())
    assert job is not None and job.kind == REREAD
    run(job, clock=hall, chance=lambda: 0.5)
    return Job.objects.get(pk=job.pk)


def test_pull_when_two_titles_were_told_of_one_second_then_what_github_shows_stands(
    hall: Hall, pull: Thread
) -> None:
    chosen, shown = tie(hall, pull)
    assert work(hall).result == "read"
    row = PullRequest.objects.get()
    assert (row.title, loads(bytes(row.fold)).ties) == (shown, 0)
    # The same deliveries again change nothing and ask nothing.
    apply(hall, told(hall, pull, shown))
    hall.town.clock.now -= AFTER_SECONDS
    apply(hall, told(hall, pull, chosen))
    assert PullRequest.objects.get().title == shown
    assert not Job.objects.filter(kind=REREAD, state="pending").exists()


def test_issue_when_two_titles_were_told_of_one_second_then_what_github_shows_stands(
    hall: Hall, pull: Thread
) -> None:
    town = hall.town
    at = hall.now() - 30
    thread = make_thread(
        town.hub.world, town.repository, town.outsider, "Leak", False, at, {"updated_at": at}
    )
    _, shown = tie(hall, thread, "issues")
    assert work(hall).result == "read"
    assert Issue.objects.get().title == shown


def test_pull_when_tied_in_several_deliveries_then_asked_for_once(hall: Hall, pull: Thread) -> None:
    for name in ("Calm", "Storm", "Calm", "Gale"):
        apply(hall, told(hall, pull, name))
    [job] = Job.objects.filter(kind=REREAD)
    assert job.run_after == hall.now() + AFTER_SECONDS
    assert job.arguments == (
        f'{{"number":{pull.number},"repository":{PullRequest.objects.get().repository_id}}}'
    )


def test_pull_when_tied_again_later_then_asked_for_again(hall: Hall, pull: Thread) -> None:
    tie(hall, pull)
    work(hall)
    hall.town.clock.forward(60)
    _, shown = tie(hall, pull)
    assert work(hall).result == "read"
    assert PullRequest.objects.get().title == shown


def test_pull_when_something_newer_settled_it_first_then_github_is_not_asked(
    hall: Hall, pull: Thread
) -> None:
    tie(hall, pull)
    hall.town.clock.forward(1)
    apply(hall, told(hall, pull, "Calm again"))
    before = hall.github.core.requests_here
    assert work(hall).result == "held"
    assert hall.github.core.requests_here == before


def test_pull_when_github_shows_it_no_more_then_the_choice_stands(hall: Hall, pull: Thread) -> None:
    chosen, _ = tie(hall, pull)
    hall.town.hub.places.delete(hall.town.repository, hall.town.owner)
    assert work(hall).result == "missing"
    assert PullRequest.objects.get().title == chosen


def test_pull_when_there_is_no_token_then_the_job_says_so(
    hall: Hall, pull: Thread, settings: LazySettings
) -> None:
    tie(hall, pull)
    bare = type(hall.github)(hall.github.core, Pool((), hall.github.core.state))
    settings.LAURELS_GITHUB = lambda: bare
    job = work(hall)
    assert (job.state, job.result) == ("done", '{"skipped":"missing_token"}')


def test_pull_when_a_limit_is_met_then_put_off_without_an_attempt(hall: Hall, pull: Thread) -> None:
    tie(hall, pull)
    hall.town.hub.faults.add("secondary")
    job = work(hall)
    assert (job.state, job.attempts) == ("pending", 0)


def test_pull_when_read_in_the_very_second_then_put_off(hall: Hall, pull: Thread) -> None:
    tie(hall, pull)
    pull.updated_at = hall.now() + AFTER_SECONDS
    job = work(hall)
    assert (job.state, job.attempts) == ("pending", 0)
    assert work(hall).result == "read"
