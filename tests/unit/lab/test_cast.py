"""The cast of a season."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.lab.cast import WEEK_SECONDS, Cast, Role, cast
from laurels.lab.names import logins
from laurels.lab.plot import moment

UNTIL = 1_763_683_200


def some_cast(seed: int, people: int = 60, weeks: int = 20) -> Cast:
    return cast(random.Random(seed), until=UNTIL, people=people, weeks=weeks)


sizes = st.builds(some_cast, st.integers(0, 99), st.integers(12, 120), st.integers(2, 30))


@given(sizes)
@settings(max_examples=40, deadline=None)
def test_cast_of_any_size_has_every_role_and_every_id_once(found: Cast) -> None:
    robots = (found.updater, found.scribe, found.gatekeeper)
    ids = [person.github_id for person in (*found.people, *robots)]
    assert len(set(ids)) == len(ids)
    assert {person.role for person in found.people} == set(Role) - {Role.ROBOT}
    assert {robot.role for robot in robots} == {Role.ROBOT}
    assert len({repository.github_id for repository in found.repositories}) == 8


@given(sizes)
@settings(max_examples=40, deadline=None)
def test_cast_of_any_size_never_has_two_people_under_one_login_at_once(found: Cast) -> None:
    for at in range(found.start, UNTIL, WEEK_SECONDS):
        here = [p.login_at(at) for p in found.people if p.joins_at <= at < p.leaves_at]
        assert max(Counter(here).values()) == 1


@given(sizes)
@settings(max_examples=40, deadline=None)
def test_cast_of_any_size_gives_every_repository_maintainers(found: Cast) -> None:
    for repository in found.repositories:
        assert repository.maintainers
        assert {person.role for person in repository.maintainers} == {Role.MAINTAINER}


@given(sizes, st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_moment_for_anybody_lies_inside_their_time_here(found: Cast, seed: int) -> None:
    source = random.Random(seed)
    for person in found.people:
        at = moment(source, person, found.start, found.until)
        assert max(found.start, person.joins_at) <= at
        # Waking hours west of Greenwich reach into the next day.
        assert at < min(found.until, max(person.leaves_at, person.joins_at + 1)) + 2 * 86_400


def test_with_role_lists_the_most_active_first() -> None:
    weights = [person.weight for person in some_cast(1).with_role(Role.MAINTAINER, Role.REGULAR)]
    assert weights == sorted(weights, reverse=True)


def test_weeks_are_those_asked_for() -> None:
    assert some_cast(1, weeks=7).weeks == 7


def test_login_at_changes_at_the_instant_of_the_rename() -> None:
    renamed = [person for person in some_cast(1).people if person.later_login]
    assert len(renamed) == 2
    for person in renamed:
        assert person.login_at(person.renamed_at - 1) == person.login
        assert person.login_at(person.renamed_at) == person.later_login


def test_full_name_at_changes_at_the_instant_of_the_rename() -> None:
    (renamed,) = (r for r in some_cast(1).repositories if r.later_name)
    before, after = renamed.full_name_at(renamed.renamed_at - 1), renamed.full_name_at(UNTIL)
    assert (before, after) == ("lantern-commons/paperkite", "lantern-commons/paperkite-core")


@pytest.mark.parametrize("seed", range(5))
def test_logins_are_different_and_such_as_github_allows(seed: int) -> None:
    found = logins(random.Random(seed), 400)
    assert len({login.lower() for login in found}) == 400
    assert all(login.replace("-", "").isalnum() and len(login) <= 39 for login in found)
