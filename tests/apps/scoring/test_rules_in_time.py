"""Rules are never retroactive: work is under the version that was in force when it was opened."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.projects.models import Project
from laurels.apps.recognition.models import TierStanding
from laurels.apps.scoring.models import LedgerEntry, RulesetVersion, Season
from laurels.apps.scoring.rulebook import NoRuleset, rulebook
from laurels.apps.scoring.selectors import ledger_digest, versions
from laurels.apps.scoring.services import (
    AlreadyInitialised,
    RulesetRefused,
    SeasonRefused,
    program_init,
    ruleset_publish,
    season_add,
)
from laurels.domain.rulesets import Ruleset, RulesetFaults, UnknownPreset, preset
from tests.apps.scoring.world import DAY, START, World, items, merged, opened, pull_request
from tests.fakes import archive

pytestmark = pytest.mark.django_db

DOUBLE = Ruleset(weights_milli={"pr_merged": 20_000, "pr_opened": 10_000})


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_publishing_changes_nothing_for_work_that_was_opened_before(world: World) -> None:
    world.tell(*merged(1, opened_at=START - DAY))
    before = (ledger_digest(), LedgerEntry.objects.count())
    world.publish(DOUBLE)

    done = world.recalculate()

    assert (done.entries_posted, done.changed, done.failed) == (0, 0, ())
    assert (ledger_digest(), LedgerEntry.objects.count()) == before
    assert world.points() == 15


def test_work_opened_after_publishing_is_under_the_new_version(world: World) -> None:
    world.tell(*merged(1, opened_at=START - 1))
    world.publish(DOUBLE)
    world.clock.advance(DAY)
    world.tell(*merged(2, opened_at=START))

    assert world.points() == 15 + 30
    assert items()["pr_merged", 1].version.number == 1
    assert items()["pr_merged", 2].version.number == 2
    assert world.is_whole()


def test_work_opened_before_but_merged_after_publishing_stays_under_the_old_version(
    world: World,
) -> None:
    world.tell(opened(1, opened_at=START - 1))
    world.publish(DOUBLE)
    world.clock.advance(DAY)
    world.tell(*merged(1, opened_at=START - 1, merged_at=START + 60))

    assert world.points() == 15


def test_a_review_is_under_the_rules_of_its_pull_requests_opening(world: World) -> None:
    world.publish(Ruleset(weights_milli={"review_submitted": 4_000}))
    for number, opened_at in ((1, START - 1), (2, START)):
        body = archive.pull_request(number, created_at=opened_at)
        world.tell(
            archive.pull_request_event("opened", body, at=opened_at),
            archive.review_event(body, at=START + 60, review_id=number),
        )

    assert items(archive.BOB)["review_submitted", 1].base == 0
    assert items(archive.BOB)["review_submitted", 2].base == 4


def test_a_version_for_later_waits_until_its_time(world: World) -> None:
    world.publish(DOUBLE, effective_from=START + DAY)
    world.clock.advance(2 * DAY)
    world.tell(*merged(1, opened_at=START + DAY - 1), *merged(2, opened_at=START + DAY))

    assert world.points() == 15 + 30


def test_work_known_already_from_the_very_second_of_publishing_is_looked_at_again(
    world: World,
) -> None:
    world.tell(opened(1, opened_at=START))
    assert world.points() == 5
    world.publish(DOUBLE)
    world.settle()

    assert world.points() == 10
    assert world.recalculate().entries_posted == 0
    assert world.is_whole()


def test_an_unknown_opening_is_judged_by_the_earliest_time_that_is_known(world: World) -> None:
    """Trimmed payloads tell of a merge, and of nothing before it."""
    world.publish(DOUBLE)
    world.clock.advance(DAY)
    known, told = merged(1, opened_at=START - DAY, merged_at=START + 60)
    trimmed = archive.trim(told)
    side = archive.issue(1, updated_at=START + 30, of_pull_request=True)
    del side["created_at"]
    author = archive.issue_comment_event(side, at=START + 30)
    world.tell(trimmed, author)
    assert items()["pr_merged", 1].version.number == 2
    assert world.points() == 20

    world.tell(known)

    assert items()["pr_merged", 1].version.number == 1
    assert world.points() == 15
    assert world.is_whole()


def own_project() -> Project:
    return Project.objects.get(owner_key="acme")


def boards(project: Project) -> tuple[dict[str, int], dict[str, int]]:
    """Return the program's and the project's totals by login, over all time."""
    from laurels.apps.standings.selectors import board_get, leaderboard_page

    found = []
    for scope in ("program", f"project:{project.slug}"):
        page = leaderboard_page(board_get(scope).id, limit=None)
        found.append({row.login: row.points for row in page.rows})
    return found[0], found[1]


def test_a_projects_own_rules_move_its_own_boards_alone(world: World) -> None:
    world.tell(*merged(1, opened_at=START - DAY))
    world.publish(DOUBLE, project=own_project())
    world.clock.advance(DAY)
    world.tell(*merged(2, opened_at=START))

    program, project = boards(own_project())
    assert program == {"alice": 30}
    assert project == {"alice": 15 + 30}
    assert world.points() == 30
    assert TierStanding.objects.get(season__key="all").points == 30
    second = LedgerEntry.objects.exclude(scope="program")
    assert {row.scope for row in second} == {f"project:{own_project().ref}"}
    assert sorted(second.values_list("points", flat=True)) == [10, 20]
    assert world.is_whole()


def test_a_projects_rules_when_huge_give_no_tier_and_no_certificate(world: World) -> None:
    world.tell(opened(1, opened_at=START - DAY))
    world.issue()
    world.publish(
        Ruleset(weights_milli={"pr_merged": 9_000_000}, tiers=preset("nest").tiers),
        project=own_project(),
    )
    world.clock.advance(DAY)
    world.tell(*merged(2, opened_at=START))

    assert boards(own_project()) == ({"alice": 20}, {"alice": 5 + 9_000})
    assert TierStanding.objects.get().tier == "level_1"
    assert world.issue() == 0


def test_a_second_version_of_a_project_takes_over_from_its_time_on(world: World) -> None:
    world.tell(opened(1, opened_at=START - DAY))
    world.publish(DOUBLE, project=own_project())
    world.publish(
        Ruleset(weights_milli={"pr_merged": 1_000}),
        project=own_project(),
        effective_from=START + DAY,
    )
    world.clock.advance(3 * DAY)
    world.tell(*merged(2, opened_at=START + 60), *merged(3, opened_at=START + 2 * DAY))

    assert [one.number for one in versions() if one.project_id] == [2, 1]
    assert boards(own_project()) == ({"alice": 35}, {"alice": 5 + 30 + 1})
    assert world.is_whole()


def test_each_scope_has_its_own_limits(world: World) -> None:
    world.tell(opened(1, opened_at=START - DAY))
    world.publish(
        Ruleset(weights_milli={"pr_merged": 20_000}, daily_caps_milli={"pr_merged": 30_000}),
        project=own_project(),
    )
    world.clock.advance(DAY)
    world.tell(*(one for number in (2, 3, 4) for one in merged(number, opened_at=START + number)))

    assert boards(own_project()) == ({"alice": 50}, {"alice": 5 + 30})


def test_an_unknown_version_is_refused_by_the_rulebook(world: World) -> None:
    with pytest.raises(KeyError):
        rulebook().version(-1)


@pytest.mark.django_db
def test_nothing_is_scored_before_the_first_ruleset() -> None:
    with pytest.raises(NoRuleset, match="laurels init"):
        rulebook()


def test_publishing_for_a_time_that_has_passed_is_refused(world: World) -> None:
    with pytest.raises(RulesetRefused, match="never retroactive"):
        world.publish(DOUBLE, effective_from=START - 1)
    assert RulesetVersion.objects.count() == 1


def test_publishing_names_every_fault_and_leaves_nothing(world: World) -> None:
    faulty = {"weights": {"pr_merged": -1, "pr_eaten": 2}, "hold_days": -3, "what": 1}
    with pytest.raises(RulesetFaults) as told:
        ruleset_publish(faulty, name="bad", now=START, acting=operator())
    fields = {fault.field for fault in told.value.faults}
    assert len(fields) >= 4
    assert RulesetVersion.objects.count() == 1


def test_init_is_done_once(world: World) -> None:
    with pytest.raises(AlreadyInitialised, match="nest"):
        program_init("fair", now=START, acting=SYSTEM)
    with pytest.raises(UnknownPreset):
        program_init("unheard", now=START, acting=SYSTEM)
    assert RulesetVersion.objects.count() == 1


@pytest.mark.parametrize(
    ("key", "starts_at", "ends_at", "word"),
    [
        ("Spring 26", START, START + 1, "lower-case"),
        ("spring", START, START, "after it starts"),
        ("all", START, START + 1, "already"),
    ],
)
def test_a_season_is_refused_with_its_reason(
    world: World, key: str, starts_at: int, ends_at: int, word: str
) -> None:
    with pytest.raises(SeasonRefused, match=word):
        season_add(
            key, label="", starts_at=starts_at, ends_at=ends_at, now=START, acting=operator()
        )
    assert Season.objects.count() == 1


def test_a_season_added_later_counts_the_work_inside_it(world: World) -> None:
    world.tell(*merged(1, opened_at=START - 10 * DAY), *merged(2, opened_at=START - DAY))
    season_add(
        "march", label="March", starts_at=START - 2 * DAY, ends_at=START, now=START,
        acting=operator(),
    )  # fmt: skip
    world.settle()

    rows = TierStanding.objects.values_list("season__key", "points").order_by("season__key")
    assert list(rows) == [("all", 30), ("march", 15)]
    assert {one.season.key for one in items().values() if one.number == 2} == {"march"}
    assert pull_request(1).state == "merged"
    assert world.is_whole()
