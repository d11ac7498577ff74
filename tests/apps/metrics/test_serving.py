"""Payloads of one and of many: what is kept, for whom, and in how many statements."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext

from laurels.apps.audit.actors import operator
from laurels.apps.metrics.cache import payload_forget
from laurels.apps.metrics.errors import MetricsMissing
from laurels.apps.metrics.selectors import (
    Tracked,
    metrics_payload,
    metrics_served,
    metrics_served_many,
    readable,
    tracked_by_id,
    tracked_by_login,
    tracked_by_ref,
    tracked_with_metrics,
)
from laurels.apps.metrics.services import baseline_load
from laurels.apps.people.models import Alias, Contributor
from laurels.apps.people.services import ban_lift, ban_start
from laurels.apps.people.services.accounts import account_close
from laurels.apps.recognition.services import person_erase
from laurels.domain.percentiles import Mode
from laurels.domain.policies import VISITOR, Asker, Role
from tests.apps import factories
from tests.apps.metrics.facts import DAY, NOW, covered, pulls, run_of
from tests.apps.metrics.populations import baseline

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada() -> Contributor:
    return factories.contributor("ada", claimed_at=NOW - DAY)


def tracked(person: Contributor) -> Tracked:
    return tracked_by_id([person.pk], now=NOW)[person.pk]


def test_served_when_read_then_the_payload_and_a_tag_of_it(ada: Contributor) -> None:
    baseline_load(baseline(), now=NOW, acting=operator())
    covered(ada)
    pulls(ada, 3)
    run = run_of(ada)
    served = metrics_served(tracked(ada))
    assert served.payload == metrics_payload(run)
    assert metrics_served(tracked(ada)) == served
    assert metrics_served(tracked(ada), Mode.RAW).etag != served.etag


def test_served_when_never_computed_then_missing(ada: Contributor) -> None:
    with pytest.raises(MetricsMissing):
        metrics_served(tracked(ada))
    assert metrics_served_many([tracked(ada)]) == {}


def test_served_when_kept_by_another_process_then_never_an_older_run_or_login(
    ada: Contributor,
) -> None:
    run_of(ada)
    first = metrics_served(tracked(ada))
    kept: Any = dict(cache._cache)
    pulls(ada, 2)
    covered(ada)
    later = run_of(ada, now=NOW + 1)
    second = metrics_served(tracked(ada))
    assert second.payload == metrics_payload(later) != first.payload
    cache._cache.update(kept)  # as a process that heard of nothing has it
    assert metrics_served(tracked(ada)) == second
    Contributor.objects.filter(pk=ada.pk).update(login="ada-l", login_key="ada-l")
    assert metrics_served(tracked(ada)).payload["github_login"] == "ada-l"


def test_served_when_a_run_was_made_before_figures_were_kept_then_null_beside(
    ada: Contributor,
) -> None:
    run = run_of(ada)
    type(run).objects.filter(pk=run.pk).update(beside="{}")
    told = metrics_served(tracked(ada)).payload
    assert (told["beside"], told["counted"]) == (None, None)


def test_forget_then_nothing_of_the_person_is_kept_here(ada: Contributor) -> None:
    run_of(ada)
    for mode in Mode:
        metrics_served(tracked(ada), mode)
    assert len(cache._cache) == 3
    payload_forget(ada.pk)
    assert len(cache._cache) == 0


def test_erasure_then_nothing_of_the_person_is_kept_here(ada: Contributor) -> None:
    run_of(ada)
    metrics_served(tracked(ada))
    person_erase(ada.pk, reason="asked", now=NOW, acting=operator())
    assert len(cache._cache) == 0


def test_statements_then_one_kept_two_cold_and_no_more_for_a_hundred(ada: Contributor) -> None:
    people = factories.crowd(100)
    for person in people:
        run_of(person)
    run_of(ada)

    def asked(work: Any) -> int:
        with CaptureQueriesContext(connection) as found:
            work()
        return len(found)

    def one() -> None:
        metrics_served(tracked_by_login(["ada"], now=NOW)["ada"])

    def hundred() -> None:
        found = tracked_by_ref([person.ref for person in people], now=NOW)
        assert len(metrics_served_many(list(found.values()))) == 100

    assert (asked(one), asked(one)) == (2, 1)
    assert (asked(hundred), asked(hundred)) == (2, 1)


def test_tracked_when_asked_by_login_then_the_holder_else_who_had_it_last() -> None:
    ada = factories.contributor("ada", claimed_at=1)
    bob = factories.contributor("bob")
    Alias.objects.create(contributor=bob, login="Robert", login_key="robert", last_seen_at=1)
    Alias.objects.create(contributor=bob, login="ada", login_key="ada", last_seen_at=9)
    found = tracked_by_login(["ADA", "robert", "nobody", ""], now=NOW)
    assert {login: one.id for login, one in found.items()} == {"ADA": ada.pk, "robert": bob.pk}
    assert (found["ADA"].is_open, found["robert"].is_open) == (True, False)
    assert found["robert"].run_id is None


def test_tracked_when_banned_or_erased_then_nobody_however_asked(ada: Contributor) -> None:
    bob = factories.contributor("bob")
    Alias.objects.create(contributor=bob, login="ada", login_key="ada", last_seen_at=9)
    run_of(ada)
    assert [one.login for one in tracked_with_metrics(now=NOW, limit=5)] == ["ada"]
    ban_start(ada.pk, starts_at=NOW, reason="test", now=NOW, acting=operator())

    def seen() -> list[Any]:
        return [
            tracked_by_id([ada.pk], now=NOW),
            tracked_by_ref([ada.ref], now=NOW),
            tracked_by_login(["ada"], now=NOW),
            tracked_with_metrics(now=NOW, limit=5),
        ]

    assert seen() == [{}, {}, {}, []]
    ban_lift(ada.pk, reason="test", now=NOW, acting=operator())
    assert all(seen())
    person_erase(ada.pk, reason="asked", now=NOW, acting=operator())
    assert tracked_by_ref([ada.ref], now=NOW) == {}
    assert tracked_by_id([ada.pk], now=NOW) == {}


def test_readable_when_signed_in_then_by_everybody(ada: Contributor) -> None:
    assert readable([tracked(ada)], VISITOR) == {ada.pk}
    account_close(ada.pk, now=NOW, acting=operator())
    assert readable([tracked(ada)], VISITOR) == frozenset()


def test_readable_when_never_signed_in_then_by_teams_and_the_program_alone() -> None:
    ghost = factories.contributor("ghost")
    other = factories.contributor("other")
    ours, theirs = factories.project("ours"), factories.project("theirs")
    factories.contribution(ghost, project=ours)
    factories.contribution(other, project=theirs)
    both = [tracked(ghost), tracked(other)]
    maintainer = Asker(contributor=99, projects={ours.pk: Role.MAINTAINER})
    assert readable(both, maintainer) == {ghost.pk}
    assert readable(both, Asker(contributor=99)) == frozenset()
    assert readable(both, VISITOR) == frozenset()
    for one in (Asker(contributor=9, is_organiser=True), Asker(is_staff=True)):
        assert readable(both, one) == {ghost.pk, other.pk}
    assert readable(both, Asker(contributor=ghost.pk)) == {ghost.pk}


def test_readable_when_the_work_was_withdrawn_then_by_no_team() -> None:
    ghost = factories.contributor("ghost")
    ours = factories.project("ours")
    factories.contribution(ghost, project=ours, is_withdrawn=True)
    owner = Asker(contributor=99, projects={ours.pk: Role.OWNER})
    assert readable([tracked(ghost)], owner) == frozenset()
