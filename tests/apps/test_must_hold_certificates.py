"""What must hold of certificates, through everything that could bring one back or take one."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from laurels.apps.audit.actors import operator
from laurels.apps.contributions.services import void_lift, void_mark
from laurels.apps.projects.models import Project
from laurels.apps.recognition.models import (
    Certificate,
    CertificateRequest,
    TierChange,
    TierStanding,
)
from laurels.apps.recognition.selectors import certificate_current
from laurels.apps.recognition.services import certificate_reinstate, certificate_revoke
from laurels.apps.scoring.services import adjustment_post, season_add
from laurels.domain.rulesets import preset
from tests.apps.scoring.world import DAY, START, World, merged, opened, person, pull_request
from tests.fakes import archive
from tests.fakes.archive import ALICE, BOB

pytestmark = pytest.mark.django_db

DAYS = [f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25, 26)]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Alice has 105 points under `nest`, which is level 2."""
    made = World(tmp_path)
    made.tell(*(one for number in range(1, 8) for one in merged(number, opened_at=START - DAY)))
    return made


def held(account: dict[str, Any] = ALICE) -> list[tuple[str, str]]:
    """Return (tier, state) of every certificate somebody has, in the order of issue."""
    own = Certificate.objects.filter(recipient=person(account)).order_by("pk")
    return list(own.values_list("tier", "state"))


def test_a_revoked_certificate_never_comes_back_by_itself(world: World) -> None:
    assert world.issue() == 2
    assert held() == [("level_1", "active"), ("level_2", "active")]
    gone = Certificate.objects.get(tier="level_2")
    certificate_revoke(gone.number, reason="a mistake", now=world.now, acting=operator())
    left = [("level_1", "active"), ("level_2", "revoked")]

    world.settle(person())
    assert (world.issue(), held()) == (0, left)
    assert world.recalculate().certificates_queued == 0
    assert (world.issue(), held()) == (0, left)
    world.tell(*merged(1, opened_at=START - DAY))
    assert (world.issue(), held()) == (0, left)
    world.tell(*merged(20, opened_at=START - DAY))
    assert (world.issue(), held()) == (0, left)
    world.pass_days(2)
    assert held() == left
    # Not even by falling below the tier and rising to it again.
    for number in (1, 2, 3):
        void_mark(pull_request(number), reason="test", now=world.now, acting=operator())
    world.settle(person())
    assert world.points() == 75
    for number in (1, 2, 3):
        void_lift(pull_request(number), reason="test", now=world.now, acting=operator())
    assert world.settle(person()).certificates_queued == 0
    assert (world.points(), world.issue(), held()) == (120, 0, left)

    certificate_reinstate(gone.number, reason="it was none", now=world.now, acting=operator())
    assert held() == [("level_1", "active"), ("level_2", "active")]


def test_a_fall_of_points_takes_none_away_and_the_history_shows_it(world: World) -> None:
    world.issue()
    current = certificate_current(person().pk)
    for number in range(1, 8):
        void_mark(pull_request(number), reason="spam", now=world.now, acting=operator())
    world.settle(person())
    world.issue()

    assert world.points() == 0
    assert held() == [("level_1", "active"), ("level_2", "active")]
    assert certificate_current(person().pk) == current
    changes = TierChange.objects.filter(contributor=person()).order_by("pk")
    assert list(changes.values_list("from_tier", "to_tier", "points")) == [
        ("", "level_2", 105),
        ("level_2", "level_1", 0),
    ]
    standing = TierStanding.objects.get(contributor=person())
    assert (standing.tier, standing.highest, standing.points) == ("level_1", "level_2", 0)


def test_nobody_has_a_certificate_at_zero_points(world: World) -> None:
    fork = archive.repository(2, "acme/fork", fork=True)
    world.tell(opened(50, by=BOB, opened_at=START - DAY, repo=fork))
    world.tell(opened(51, by=archive.CAROL, opened_at=START - DAY))
    void_mark(pull_request(51), reason="spam", now=world.now, acting=operator())
    world.settle(person(archive.CAROL))
    world.recalculate()
    assert world.points(BOB) == world.points(archive.CAROL) == 0
    adjustment_post(person(BOB), 3, reason="test", key="up", now=world.now, acting=operator())
    adjustment_post(
        person(BOB), -3, reason="test", key="down", now=world.now, acting=operator()
    )  # fmt: skip
    world.settle()
    world.issue()
    # Carol had points, and so her certificate, before her only work was found to be spam.
    assert held(BOB) == []
    assert held(archive.CAROL) == [("level_1", "active")]
    assert not CertificateRequest.objects.filter(points__lte=0).exists()


@pytest.mark.parametrize(
    ("policy", "tiers"), [("ladder", ["level_1", "level_2"]), ("highest", ["level_2"])]
)
def test_policy_decides_which_tiers_certify(tmp_path: Path, policy: str, tiers: list[str]) -> None:
    world = World(tmp_path, replace(preset("nest"), certificate_policy=policy))
    world.clock.advance(DAY)
    world.tell(*(one for number in range(1, 8) for one in merged(number, opened_at=START)))
    world.issue()
    assert [tier for tier, _ in held()] == tiers
    world.tell(*(one for number in range(8, 18) for one in merged(number, opened_at=START)))
    world.issue()
    assert [tier for tier, _ in held()] == [*tiers, "level_3"]


def test_every_certified_season_has_its_own(tmp_path: Path) -> None:
    world = World(tmp_path, replace(preset("nest"), seasons_certified=("march",)))
    season_add(
        "march", label="March", starts_at=START, ends_at=START + 30 * DAY, now=START,
        acting=operator(),
    )  # fmt: skip
    world.clock.advance(DAY)
    world.tell(*merged(1, opened_at=START), *merged(2, opened_at=START - DAY))
    world.issue()
    assert list(Certificate.objects.values_list("season__key", "tier", "points")) == [
        ("march", "level_1", 15)
    ]


def test_a_certificate_asked_for_is_made_by_the_schedule(world: World) -> None:
    world.work()
    assert [tier for tier, _ in held()] == ["level_1", "level_2"]


@contextmanager
def undone() -> Iterator[None]:
    """Take everything back that the block did."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def certificates() -> list[tuple[Any, ...]]:
    """Return what all certificates say, but for their numbers and internal ids."""
    slugs = dict(Project.objects.values_list("pk", "slug"))
    rows = []
    for one in Certificate.objects.select_related("recipient", "season", "version"):
        summary = json.loads(one.summary)
        summary["projects"] = sorted(slugs[pk] for pk in summary["projects"])
        rows.append(
            (
                one.recipient.github_id, one.recipient_login, one.recipient_name, one.season.key,
                one.tier, one.tier_label, one.points, json.dumps(summary, sort_keys=True),
                one.version.content_hash, one.kind, one.issuer, one.state, one.provider,
            )
        )  # fmt: skip
    return sorted(rows)


def history() -> list[tuple[Any, ...]]:
    """Return every change of a tier, but for internal ids."""
    found = TierChange.objects.values_list(
        "contributor__github_id", "season__key", "from_tier", "to_tier", "points"
    )
    return sorted(found)


@pytest.mark.parametrize("rules", ["nest", "fair"])
def test_order_and_split_of_files_change_no_certificate(
    shared_data: Path, tmp_path: Path, rules: str
) -> None:
    files = [shared_data / day for day in DAYS]
    draw = random.Random(rules)
    lines = [line for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]
    draw.shuffle(lines)
    parts = []
    for part in range(5):
        path = tmp_path / f"part-{part}.json"
        path.write_bytes(b"\n".join(lines[part::5]) + b"\n")
        parts.append(path)
    outcomes = []
    for arrangement in (files, files[::-1], parts):
        with undone():
            world = World(tmp_path, rules)
            world.read(arrangement)
            world.issue()
            outcomes.append((certificates(), history()))
    assert len(outcomes[0][0]) > (400 if rules == "nest" else 40)
    assert outcomes[1] == outcomes[0]
    assert outcomes[2] == outcomes[0]
