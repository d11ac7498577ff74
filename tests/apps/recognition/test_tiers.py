"""Tiers follow points; certificates are asked for once, and never taken back by points."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.people.models import Contributor
from laurels.apps.recognition.models import CertificateRequest, TierChange, TierStanding
from laurels.apps.recognition.services import tiers_update
from laurels.apps.scoring.models import Item, Season
from laurels.apps.standings.services import standings_update
from laurels.domain.rulesets import Ruleset
from laurels.domain.tiers import Tier
from tests.apps import factories

pytestmark = pytest.mark.django_db
NOW = factories.NOW

LADDER = (
    Tier("start", "Start", 0, is_certified=True),
    Tier("leaf", "Leaf", 20),
    Tier("sprig", "Sprig", 100, is_certified=False),
    Tier("branch", "Branch", 400),
)


def rules(**values: object) -> Ruleset:
    return Ruleset(**{"tiers": LADDER, **values})  # type: ignore[arg-type]


def points(person: Contributor, total: int, *, at: int = NOW) -> None:
    """Give a person exactly so many settled points, and climb as a settle does."""
    Item.objects.filter(contributor=person).delete()
    factories.item(person, points=total, occurred_at=at)


def climb(*people: Contributor, now: int = NOW) -> int:
    named = [person.pk for person in people]
    standings_update(named, now=now)
    return tiers_update(named, now=now)


def asked(person: Contributor) -> list[str]:
    rows = CertificateRequest.objects.filter(contributor=person).order_by("pk")
    return list(rows.values_list("tier", flat=True))


def tier_of(person: Contributor, season: str = "all") -> tuple[str, str, int]:
    row = TierStanding.objects.get(contributor=person, season__key=season)
    return row.tier, row.highest, row.points


@pytest.fixture
def ada() -> Contributor:
    factories.season()
    return factories.contributor("ada")


def test_tiers_when_points_pass_several_then_each_certified_one_is_asked_for(ada):
    version = factories.version(rules())
    points(ada, 450)

    assert climb(ada) == 3

    assert asked(ada) == ["start", "leaf", "branch"]
    assert tier_of(ada) == ("branch", "branch", 450)
    change = TierChange.objects.get()
    assert (change.from_tier, change.to_tier, change.points) == ("", "branch", 450)
    assert (change.version_id, change.at) == (version.pk, NOW)
    request = CertificateRequest.objects.get(tier="leaf")
    assert (request.tier_label, request.points, request.state) == ("Leaf", 450, "queued")


def test_tiers_when_run_again_then_nothing_is_written(ada):
    factories.version(rules())
    points(ada, 450)
    climb(ada)

    assert climb(ada) == 0
    assert TierChange.objects.count() == 1


def test_tiers_when_only_the_highest_certifies_then_one_is_asked_for(ada):
    factories.version(rules(certificate_policy="highest"))
    points(ada, 450)

    assert climb(ada) == 1
    assert asked(ada) == ["branch"]


def test_tiers_when_points_are_zero_then_the_tier_is_held_without_a_certificate(ada):
    factories.version(rules())
    points(ada, 0)
    factories.item(ada, points=5, penalty=5)

    assert climb(ada) == 0
    assert tier_of(ada) == ("start", "start", 0)

    points(ada, 1)
    assert climb(ada) == 1
    assert asked(ada) == ["start"]


def test_tiers_when_points_are_negative_then_there_is_no_tier(ada):
    factories.version(rules())
    factories.item(ada, points=0, penalty=5)

    assert climb(ada) == 0
    assert not TierStanding.objects.exists()


def test_tiers_when_points_fall_then_the_highest_and_the_requests_stay(ada):
    factories.version(rules())
    points(ada, 450)
    climb(ada)

    points(ada, 30)
    assert climb(ada) == 0
    assert tier_of(ada) == ("leaf", "branch", 30)
    assert asked(ada) == ["start", "leaf", "branch"]

    points(ada, 500)
    assert climb(ada) == 0
    assert tier_of(ada) == ("branch", "branch", 500)
    moves = TierChange.objects.order_by("pk").values_list("from_tier", "to_tier")
    assert list(moves) == [("", "branch"), ("branch", "leaf"), ("leaf", "branch")]


def test_tiers_when_all_work_vanishes_then_the_tier_is_that_of_zero_points(ada):
    factories.version(rules(tiers=LADDER[1:]))
    points(ada, 450)
    climb(ada)

    Item.objects.all().delete()
    climb(ada)

    assert tier_of(ada) == ("", "branch", 0)


def test_tiers_when_the_season_is_not_certified_then_nothing_is_asked_for(ada):
    factories.season("autumn", starts_at=NOW - 10, ends_at=NOW + 10)
    factories.version(rules(seasons_certified=("autumn",)))
    points(ada, 30)

    assert climb(ada) == 2
    assert set(CertificateRequest.objects.values_list("season__key", flat=True)) == {"autumn"}
    assert tier_of(ada, "autumn") == tier_of(ada, "all") == ("leaf", "leaf", 30)


def test_tiers_when_a_new_version_is_in_force_then_tiers_follow_it_and_ended_seasons_do_not(ada):
    ended = factories.season("ended", starts_at=NOW - 1000, ends_at=NOW - 500)
    first = factories.version(rules(seasons_certified=("*",)))
    points(ada, 30, at=NOW - 600)
    climb(ada)
    steeper = (Tier("leaf", "Leaf", 25), Tier("twig", "Twig", 29))
    second = factories.version(
        rules(tiers=steeper, seasons_certified=("*",)), effective_from=ended.ends_at
    )

    assert climb(ada) == 1

    assert tier_of(ada, "all")[:2] == ("twig", "twig")
    assert tier_of(ada, "ended")[:2] == ("leaf", "leaf")
    versions = TierStanding.objects.values_list("season__key", "version_id")
    assert dict(versions) == {"all": second.pk, "ended": first.pk}


def test_tiers_when_nobody_is_named_then_nothing_is_read(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert tiers_update([], now=NOW) == 0


def statements(people: int) -> int:
    crowd = factories.crowd(people)
    for n, person in enumerate(crowd):
        factories.item(person, points=25 * (n % 20))
    named = [person.pk for person in crowd]
    standings_update(named, now=NOW)
    with CaptureQueriesContext(connection) as captured:
        tiers_update(named, now=NOW)
    return len(captured)


def test_tiers_when_people_are_many_then_statements_are_the_same():
    factories.season()
    Season.objects.create(key="autumn", label="", starts_at=0, ends_at=NOW * 2)
    factories.version(rules())

    assert statements(5) == statements(300) <= 8
