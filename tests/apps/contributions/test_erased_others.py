"""Erasing one person changes nothing that others earned, then or whenever it is looked at again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from laurels.adapters.github.bodies import BodyKind
from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM, operator
from laurels.apps.contributions.models import Contribution
from laurels.apps.contributions.services import (
    contributions_touch,
    rating_set,
    verdict_give,
    verdict_withdraw,
)
from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.intake.services import import_rest
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.apps.projects.register import Register
from laurels.apps.recognition.services import person_erase
from laurels.domain.lifecycle import Decision
from laurels.domain.rulesets import Exclude, Ruleset
from laurels.kit.times import format_instant
from tests.apps.scoring.world import DAY, START, World, items, merged, opened, person, pull_request
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB, CAROL, Json

pytestmark = pytest.mark.django_db

RULES = Ruleset(
    weights_milli={"pr_merged": 20_000, "pr_approved": 10_000, "review_submitted": 4_000},
    rating_multipliers_milli={3: 1_000, 5: 1_500},
    exclude=Exclude(unreviewed_self_merge=True, own_repository=True),
)


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = World(tmp_path, RULES)
    made.clock.advance(DAY)
    return made


def erase(world: World, account: Json) -> None:
    person_erase(person(account).pk, reason="asked", now=world.now, acting=operator())


def looked_at_again(world: World, *accounts: Json) -> None:
    """Appraise these people anew, as any later fact would."""
    people = [person(one).pk for one in accounts]
    contributions_touch(contributors=people, acting=SYSTEM)
    world.settle(*(person(one) for one in accounts))


def self_merged(number: int, **more: object) -> Json:
    body = archive.pull_request(
        number, created_at=START, merged_at=START + 90, merged_by=ALICE, **more
    )
    return archive.pull_request_event("closed", body, ALICE, START + 90)


def test_a_self_merge_stays_reviewed_when_its_only_reader_is_erased(world: World) -> None:
    side = archive.issue(1, created_at=START, updated_at=START + 30, of_pull_request=True)
    world.tell(opened(1, opened_at=START), archive.issue_comment_event(side, BOB, START + 30))
    world.tell(self_merged(1), self_merged(2))
    assert {number: one.reason for (kind, number), one in items().items() if "merged" in kind} == {
        1: "", 2: "unreviewed_self_merge",
    }  # fmt: skip
    assert world.points() == 20

    erase(world, BOB)
    looked_at_again(world, ALICE)

    assert world.points() == 20
    assert world.is_whole()


def test_an_approval_on_github_stays_when_the_reviewer_is_erased(world: World) -> None:
    body = archive.pull_request(1, created_at=START)
    told = [opened(1, opened_at=START), archive.review_event(body, "approved", BOB, START + 30)]
    world.tell(*told)
    assert (world.points(ALICE), world.points(BOB)) == (10, 4)
    erase(world, BOB)
    looked_at_again(world, ALICE)
    assert world.points(ALICE) == 10
    report = world.tell(*told)
    assert (report.entries_posted, world.points(ALICE)) == (0, 10)
    assert world.is_whole()


def test_verdicts_of_two_erased_maintainers_stay_apart(world: World) -> None:
    world.tell(
        *(opened(n, by=who, opened_at=START) for n, who in ((1, ALICE), (8, BOB), (9, CAROL)))
    )
    bob, carol = person(BOB).pk, person(CAROL).pk
    for who, decision in (
        (bob, Decision.UNDER_REVIEW), (bob, Decision.APPROVED),
        (carol, Decision.CHANGES_REQUESTED), (carol, Decision.APPROVED),
    ):  # fmt: skip
        world.clock.advance(60)
        verdict_give(pull_request(1), who, decision, now=world.now, acting=operator())
    world.clock.advance(60)
    verdict_withdraw(pull_request(1), carol, now=world.now, acting=operator())
    rating_set(pull_request(1), bob, 5, now=world.now, acting=operator())
    world.settle(person())
    assert world.points() == 10
    first = Contribution.objects.get(kind="pr_approved").occurred_at

    erase(world, BOB)
    erase(world, CAROL)
    # A later fact derives the pull request anew, from what is left of both verdicts.
    world.tell(*merged(1, opened_at=START, updated_at=world.now))

    approved = Contribution.objects.get(kind="pr_approved")
    assert (approved.is_withdrawn, approved.occurred_at) == (False, first)
    assert world.points() == 10 + 30, "what they rated counts on"
    assert world.is_whole()


def test_what_the_erased_person_had_is_frozen(world: World) -> None:
    bob = person_told(world)
    entries = list(bob.entries.values_list("points", flat=True))
    erase(world, BOB)
    world.tell(archive.review_event(archive.pull_request(2), "approved", BOB, START + 40,
                                    review_id=2), opened(2, opened_at=START))  # fmt: skip
    world.settle(bob)
    bob.refresh_from_db()
    assert bob.github_id is None
    assert list(bob.entries.values_list("points", flat=True)) == entries == [4]
    assert not Contributor.objects.filter(github_id=BOB["id"]).exists()
    assert Contribution.objects.filter(contributor=bob).count() == 1
    assert world.is_whole()


def person_told(world: World) -> Contributor:
    body = archive.pull_request(1, created_at=START)
    world.tell(opened(1, opened_at=START), archive.review_event(body, "approved", BOB, START + 30))
    return person(BOB)


def test_others_keep_what_they_earned_in_an_erased_owners_repository(world: World) -> None:
    own = archive.repository(5, "bob/tools", owner=BOB)
    told = [
        archive.pull_request_event(
            "closed",
            archive.pull_request(1, who, created_at=START, merged_at=START + 60, repo=own,
                                 merged_by=BOB, base={"ref": "main", "repo": own}) | {"number": n},
            BOB, START + 60, own,
        )
        for n, who in ((1, ALICE), (2, BOB))
    ]  # fmt: skip
    world.tell(*told)
    assert (world.points(ALICE), world.points(BOB)) == (20, 0)
    assert items(BOB)["pr_merged", 2].reason == "own_repository"

    erase(world, BOB)
    looked_at_again(world, ALICE)
    report = world.tell(*told)

    assert (report.entries_posted, world.points(ALICE)) == (0, 20)
    repository = Repository.objects.get(github_id=5)
    assert repository.full_name == f"erased/repository-{repository.pk}"
    assert (repository.owner_login, repository.owner_github_id) == ("", None)
    assert repository.memberships.get().project.slug.startswith("erased-")
    assert world.is_whole()


def test_the_import_log_names_nobody_who_could_not_be_settled(world: World) -> None:
    world.tell(opened(1, by=BOB, opened_at=START))
    sql.execute("UPDATE contributions_pullrequest SET labels = '[['")
    contributions_touch(contributors=[person(BOB).pk], acting=SYSTEM)
    report = world.tell(opened(2, by=BOB, opened_at=START))
    assert [one["login"] for one in report.failed] == ["bob"]
    kept = json.loads(ImportRun.objects.order_by("pk").last().summary)
    assert kept["failed"] == [report.failed[0]["reason"]]
    assert "bob" not in json.dumps(kept)


def test_the_import_log_names_no_repository_that_it_does_not_know(
    world: World, tmp_path: Path
) -> None:
    path = tmp_path / "reviews.jsonl"
    review = {
        "id": 1, "user": ALICE, "state": "APPROVED", "submitted_at": format_instant(START),
        "pull_request_url": "https://api.github.com/repos/bob/tools/pulls/1",
    }  # fmt: skip
    path.write_text(json.dumps(review))
    report = import_rest(
        BodyKind.REVIEWS, [path], register=Register.all(), clock=world.clock, acting=SYSTEM
    )
    assert report.broken_lines[0]["reason"].endswith("bob/tools")
    assert "bob" not in ImportRun.objects.get().summary
    kept = json.loads(ImportedFile.objects.get().broken_lines)
    assert (kept[0]["line"], "bob" in kept[0]["reason"]) == (1, False)
