"""The windows in the database against the pure limits, stage by stage."""

from __future__ import annotations

import random

import pytest

from laurels.apps import sql
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.contributions.models import Contribution
from laurels.apps.people.models import Contributor
from laurels.apps.projects.models import Repository
from laurels.apps.scoring.models import Explanation, Item, Season
from laurels.apps.scoring.rulebook import rulebook
from laurels.apps.scoring.services.appraise import ITEM_FIELDS
from laurels.apps.scoring.services.limits import limit_group
from laurels.apps.scoring.services.rules import ruleset_publish
from laurels.domain.contributions import Kind
from laurels.domain.limits import Limited, LimitItem, limit
from laurels.domain.rulesets import Decay, MaxPullRequests, Ruleset
from laurels.kit.times import day_of, month_of, parse_instant

pytestmark = pytest.mark.django_db

START = parse_instant("2026-01-30T22:00:00Z")
PEOPLE = 12
RULESETS = {
    "daily_caps": Ruleset(daily_caps_milli={"review_submitted": 9_000, "pr_merged": 25_500}),
    "decay": Ruleset(decay=Decay(free=2, rate_milli=150, floor_milli=200)),
    "per_pr_cap": Ruleset(per_pr_cap_milli=21_000),
    "repository_month_cap": Ruleset(repository_month_cap_milli=60_500),
    "disqualify_after": Ruleset(disqualify_after=2),
    "max_prs_day": Ruleset(max_prs_per_period=MaxPullRequests(count=2, period="day")),
    "max_prs_month": Ruleset(max_prs_per_period=MaxPullRequests(count=3, period="month")),
    "max_prs_season": Ruleset(max_prs_per_period=MaxPullRequests(count=4, period="season")),
    "maintainer_share": Ruleset(maintainer_share_milli=150),
    "all": Ruleset(
        daily_caps_milli={"review_submitted": 12_000, "pr_merged": 70_000},
        decay=Decay(free=1, rate_milli=333, floor_milli=100),
        per_pr_cap_milli=33_333,
        repository_month_cap_milli=90_001,
        disqualify_after=3,
        max_prs_per_period=MaxPullRequests(count=3, period="month"),
        maintainer_share_milli=250,
    ),
}
STAGES = (
    "after_share_milli", "after_pr_cap_milli", "decay_rank", "after_decay_milli",
    "after_day_milli", "after_month_milli", "is_held", "is_disqualified", "base", "extra",
)  # fmt: skip


def _world(seed: int, ruleset: Ruleset) -> tuple[list[int], dict[int, list[LimitItem]]]:
    """Store random items of some people, many in the same second, and return them by person."""
    draw = random.Random(seed)
    ruleset_publish(ruleset, name="test", now=0, acting=SYSTEM)
    version = rulebook().program[0].row
    season = Season.objects.create(key="all", label="All")
    other = Season.objects.create(key="spring", label="Spring", starts_at=START + 86_400 * 20)
    steps = Explanation.objects.create(digest="0" * 64, body="[]")
    repositories = [
        Repository.objects.create(
            github_id=number, full_name=f"o/r{number}", owner_login="o", seen_at=0
        )
        for number in (7, 70, 700)
    ]
    people, items, rows = [], {}, []
    for index in range(PEOPLE):
        person = Contributor.objects.create(
            ref=f"{index:032x}", github_id=1000 + index, login=f"p{index}", login_key=f"p{index}",
            first_seen_at=0,
        )  # fmt: skip
        people.append(person.pk)
        items[person.pk] = []
        taken = set()
        for _ in range(draw.randrange(1, 40)):
            kind = draw.choice(list(Kind)).value
            repository = draw.choice(repositories)
            number = draw.randrange(1, 9)
            if (kind, repository.pk, number) in taken:
                continue
            taken.add((kind, repository.pk, number))
            at = START + draw.choice([0, 0, 3_600, 7_200, 86_400, 86_400 * 21])
            booked = other if at >= START + 86_400 * 20 else season
            value = draw.choice([0, 500, 1_500, 4_000, 10_000, 20_500, 33_333])
            moved = draw.choice([0, 0, value // 3])
            item = LimitItem(
                kind=kind,
                occurred_at=at,
                repository_id=repository.github_id,
                number=number,
                day=day_of(at),
                month=month_of(at),
                season=str(booked.pk),
                is_eligible=draw.random() > 0.1,
                value_milli=value,
                factor_part_milli=draw.randrange(0, value + 1),
                penalty_points=draw.choice([0, 0, 20]),
                is_void=kind == "pr_opened" and draw.random() > 0.7,
                moved_by=draw.choice([11, 12]) if moved else None,
                moved_milli=moved,
            )
            items[person.pk].append(item)
            contribution = Contribution.objects.create(
                ref=f"{len(rows):032x}", kind=kind, repository=repository, number=number,
                contributor=person, occurred_at=at,
            )  # fmt: skip
            rows.append(
                (contribution.pk, 0, person.pk, 1, version, kind, item.repository_id, number, at,
                 item.day, item.month, booked.pk, None, True, item.is_eligible, "", value,
                 item.factor_part_milli, item.penalty_points, item.is_void, item.moved_by, moved,
                 steps.pk, 0, True, 0, 0, 0, 0, 0, 0, False, False, 0, 0, item.penalty_points)
            )  # fmt: skip
    sql.insert(Item, ITEM_FIELDS, rows)
    return people, items


def _stored(person: int) -> dict[tuple[object, ...], tuple[object, ...]]:
    return {
        (row.occurred_at, row.kind, row.repository_github_id, row.number): tuple(
            getattr(row, stage) for stage in STAGES
        )
        for row in Item.objects.filter(contributor_id=person)
    }


def _expected(limited: list[Limited]) -> dict[tuple[object, ...], tuple[object, ...]]:
    return {
        (one.item.occurred_at, one.item.kind, one.item.repository_id, one.item.number): tuple(
            getattr(one, stage) for stage in STAGES
        )
        for one in limited
    }


@pytest.mark.parametrize("name", sorted(RULESETS))
@pytest.mark.parametrize("seed", range(4))
def test_limits_in_sql_agree_with_the_pure_ones_at_every_stage(name: str, seed: int) -> None:
    people, items = _world(seed, RULESETS[name])
    limit_group(people, rulebook().program)
    for person in people:
        assert _stored(person) == _expected(limit(items[person], RULESETS[name])), name


def test_limits_run_again_when_nothing_changed_touch_nobody() -> None:
    people, _ = _world(9, RULESETS["all"])
    assert limit_group(people, rulebook().program)
    assert limit_group(people, rulebook().program) == {}


def test_limits_of_one_person_leave_the_others_alone() -> None:
    people, _ = _world(3, RULESETS["all"])
    before = _stored(people[1])
    assert set(limit_group(people[:1], rulebook().program).values()) <= {people[0]}
    assert _stored(people[1]) == before
