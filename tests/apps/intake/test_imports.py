"""What an import takes, leaves out, loses and writes down."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from laurels.adapters.gharchive import Refused
from laurels.apps.audit.actors import operator
from laurels.apps.audit.models import AuditRow
from laurels.apps.contributions.models import Contribution, PullRequest
from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.intake.services import Filters, import_gharchive
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Project, Repository
from laurels.apps.projects.register import Register
from laurels.apps.scoring.rulebook import NoRuleset
from laurels.apps.scoring.selectors import dirty_count, ledger_digest
from laurels.kit.clock import ManualClock
from laurels.kit.times import format_instant, parse_instant
from tests.apps.scoring.world import DAY, START, World, items, merged, opened
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB, CAROL, ROBOT

pytestmark = pytest.mark.django_db

GADGETS = archive.repository(2, "acme/gadgets")
OTHER = archive.repository(3, "guild/loom")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def three_repositories() -> list[archive.Json]:
    return [
        opened(1, opened_at=START - 3 * DAY),
        opened(2, by=BOB, opened_at=START - 2 * DAY, repo=GADGETS),
        opened(3, by=CAROL, opened_at=START - DAY, repo=OTHER),
    ]


@pytest.mark.parametrize(
    ("filters", "numbers"),
    [
        (Filters(), {1, 2, 3}),
        (Filters(repositories=frozenset({"acme/gadgets"})), {2}),
        (Filters(owners=frozenset({"acme"})), {1, 2}),
        (Filters(owners=frozenset({"acme"}), repositories=frozenset({"guild/loom"})), set()),
        (Filters(since=START - 2 * DAY), {2, 3}),
        (Filters(until=START - 2 * DAY), {1}),
        (Filters(since=START - 2 * DAY, until=START - DAY), {2}),
    ],
)
def test_filters_let_in_what_they_say(world: World, filters: Filters, numbers: set[int]) -> None:
    path = archive.write_events(world.folder / "all.json", three_repositories())
    report = world.read([path], filters=filters)
    assert set(PullRequest.objects.values_list("number", flat=True)) == numbers
    assert (report.events_read, report.pull_requests) == (3, len(numbers))


@pytest.mark.parametrize(
    ("register", "repositories"),
    [
        (Register.all(), {1, 2, 3}),
        (Register.none(), set()),
        (Register.orgs(["ACME"]), {1, 2}),
    ],
)
def test_register_decides_which_unknown_repositories_count(
    world: World, register: Register, repositories: set[int]
) -> None:
    world.tell(*three_repositories(), register=register)
    assert set(Repository.objects.values_list("github_id", flat=True)) == repositories
    assert Contribution.objects.count() == len(repositories)


def test_a_known_repository_counts_whatever_is_registered(world: World) -> None:
    world.tell(opened(1, opened_at=START - DAY))
    world.tell(*three_repositories(), register=Register.none())
    assert set(PullRequest.objects.values_list("number", flat=True)) == {1}


def test_an_owner_has_one_project_for_all_repositories(world: World) -> None:
    world.tell(*three_repositories())
    assert set(Project.objects.values_list("slug", flat=True)) == {"acme", "guild"}
    acme = Project.objects.get(slug="acme")
    assert acme.memberships.count() == 2


def test_robots_are_told_by_type_suffix_and_list(world: World) -> None:
    path = archive.write_events(
        world.folder / "robots.json",
        [opened(1, by=ROBOT, opened_at=START - DAY), opened(2, by=BOB, opened_at=START - DAY)],
    )
    world.read([path], bot_logins=["BOB"])
    robots = Contributor.objects.filter(is_bot=True).values_list("login", flat=True)
    assert set(robots) == {"helper[bot]", "bob"}
    assert {one.is_bot for one in Contributor.objects.all()} == {True}
    assert items(BOB)["pr_opened", 2].posted_base == 5  # nest lets robots in


def test_a_lost_line_and_a_cut_file_are_told_logged_and_the_rest_counts(world: World) -> None:
    good = [json.dumps(one).encode() for one in three_repositories()]
    broken = world.folder / "2026-03-01-12.json"
    broken.write_bytes(b"\n".join([good[0], b'{"type": "Pul', good[1]]) + b"\n")
    cut = world.folder / "2026-03-01-13.json.gz"
    # The last line is long and cannot be packed: cut in it, the line before is whole.
    rest = b'{"noise": "' + bytes(range(35, 91)) * 400 + b'"}'
    cut.write_bytes(gzip.compress(good[2] + b"\n" + rest, compresslevel=0)[:-9_000])

    report = world.read([broken, cut])

    assert report.has_losses
    assert report.losses == {"broken_lines": 1, "truncated_files": 1}
    assert [(one["file"], one["line"]) for one in report.broken_lines] == [(broken.name, 2)]
    assert report.truncated_files[0]["file"] == cut.name
    assert report.pull_requests == 3
    logged = {one.name: one for one in ImportedFile.objects.all()}
    assert json.loads(logged[broken.name].broken_lines)[0]["line"] == 2
    assert (logged[broken.name].is_truncated, logged[cut.name].is_truncated) == (False, True)
    hour = format_instant(parse_instant("2026-03-01T12:00:00Z"))
    assert json.loads(logged[broken.name].coverage) == {hour: "short"}
    assert world.is_whole()


def test_a_whole_file_is_logged_with_digest_size_and_hours(world: World) -> None:
    import hashlib

    path = archive.write_events(world.folder / "2026-03-01-7.json", three_repositories())
    import_gharchive([path], register=Register.all(), clock=world.clock, acting=operator())
    kept = ImportedFile.objects.get()
    assert kept.sha256 == hashlib.sha256(path.read_bytes()).hexdigest()
    assert (kept.size_bytes, kept.events_read) == (path.stat().st_size, 3)
    assert json.loads(kept.coverage) == {"2026-03-01T07:00:00Z": "present"}
    run = ImportRun.objects.get()
    assert (run.door, run.actor, run.started_at) == ("gharchive", "operator", world.now)
    assert json.loads(run.summary)["pull_requests"] == 3
    row = AuditRow.objects.get(action="import:run")
    assert row.subject == f"import:{run.pk}"


def test_nothing_is_read_when_any_file_is_refused(world: World) -> None:
    good = archive.write_events(world.folder / "good.json", three_repositories())
    with pytest.raises(Refused, match="nowhere"):
        world.read([good, world.folder / "nowhere.json"])
    assert not PullRequest.objects.exists()
    assert not ImportRun.objects.exists()


@pytest.mark.django_db
def test_an_import_before_the_first_ruleset_keeps_the_facts_and_the_marks(tmp_path: Path) -> None:
    path = archive.write_events(tmp_path / "a.json", merged(1, opened_at=START - DAY))
    with pytest.raises(NoRuleset):
        import_gharchive(
            [path], register=Register.all(), clock=ManualClock(START), acting=operator()
        )
    assert dirty_count() == 1
    assert PullRequest.objects.get().merged_at is not None
    # What was left is settled as soon as there are rules.
    world = World(tmp_path)
    assert world.settle().entries_posted == 2
    assert world.points(ALICE) == 15


def test_more_observations_than_a_batch_holds_end_like_one_batch(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laurels.apps.intake.services import batches

    events = [
        event
        for number in range(1, 30)
        for event in merged(number, by=(ALICE, BOB, CAROL)[number % 3], opened_at=START - DAY)
    ]
    monkeypatch.setattr(batches, "BATCH", 7)
    world.tell(*events)
    digest = ledger_digest()
    assert digest.active_items == 58
    monkeypatch.setattr(batches, "BATCH", 4_000)
    assert world.tell(*reversed(events)).entries_posted == 0
    assert ledger_digest() == digest
    assert world.is_whole()


def test_subjects_that_only_comments_tell_of_are_hidden_and_count_for_nothing(
    world: World,
) -> None:
    side = archive.issue(9, created_at=START - DAY, of_pull_request=True)
    report = world.tell(archive.issue_comment_event(side, BOB, START - DAY))
    assert (report.pull_requests, report.issues, report.people) == (0, 0, 0)
    assert not PullRequest.objects.get().is_shown
    report = world.tell(opened(9, opened_at=START - DAY))
    assert (report.pull_requests, report.people, world.points()) == (1, 1, 5)


def test_an_import_of_pushes_alone_finds_nothing_and_is_logged(world: World) -> None:
    report = world.tell(archive.push_event(at=START - DAY))
    assert (report.events_read, report.people, report.entries_posted) == (1, 0, 0)
    assert report.events_by_type == {"PushEvent": 1}
    assert ImportRun.objects.count() == 1
