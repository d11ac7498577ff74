"""Who may do what: the table read cell by cell, and what holds for every cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.policies import (
    ACTIONS,
    NOTHING,
    VISITOR,
    Asker,
    Only,
    Reason,
    Resource,
    Role,
    decide,
    roles_of,
)

ME, OTHER, HALL, ATTIC = 1, 2, 10, 20
ASKERS = {
    Role.VISITOR: VISITOR,
    Role.CONTRIBUTOR: Asker(contributor=ME),
    Role.MAINTAINER: Asker(contributor=ME, projects={HALL: Role.MAINTAINER}),
    Role.OWNER: Asker(contributor=ME, projects={HALL: Role.OWNER}),
    Role.ORGANISER: Asker(contributor=ME, is_organiser=True),
    Role.STAFF: Asker(contributor=ME, is_staff=True),
}
askers = st.builds(
    Asker,
    contributor=st.sampled_from([None, ME, OTHER]),
    is_staff=st.booleans(),
    is_organiser=st.booleans(),
    is_banned=st.booleans(),
    projects=st.dictionaries(
        st.sampled_from([HALL, ATTIC]), st.sampled_from([Role.OWNER, Role.MAINTAINER])
    ),
)
resources = st.builds(
    Resource,
    project=st.sampled_from([None, HALL, ATTIC]),
    person=st.sampled_from([None, ME, OTHER]),
)


def suiting(action: str) -> Resource:
    """Return a resource of the hall that the action's condition lets the asker reach."""
    only = ACTIONS[action].only
    return Resource(HALL, {Only.OWN: ME, Only.OTHERS: OTHER, Only.ANY: None}[only])


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("action", ACTIONS)
def test_decide_when_a_cell_is_asked_then_as_the_table_says(action: str, role: Role) -> None:
    decision = decide(ASKERS[role], action, suiting(action))
    held = roles_of(ASKERS[role], suiting(action))
    assert decision.allowed is bool(held & ACTIONS[action].roles)
    expected = Reason.SIGN_IN if role is Role.VISITOR else Reason.ROLE
    assert decision.reason == (Reason.ALLOWED if decision.allowed else expected)


@pytest.mark.parametrize("action", ["", "project:delete", "PROJECT:READ", "project:read "])
def test_decide_when_the_action_is_unknown_then_refused_to_staff_too(action: str) -> None:
    decision = decide(ASKERS[Role.STAFF], action)
    assert (decision.allowed, decision.reason) == (False, Reason.UNKNOWN_ACTION)


@pytest.mark.parametrize("action", [a for a, rule in ACTIONS.items() if rule.only is Only.OTHERS])
def test_decide_when_the_work_is_ones_own_then_refused_whatever_the_roles(action: str) -> None:
    everything = Asker(ME, is_staff=True, is_organiser=True, projects={HALL: Role.OWNER})
    decision = decide(everything, action, Resource(HALL, ME))
    assert (decision.allowed, decision.reason) == (False, Reason.OWN_WORK)
    assert decide(everything, action, Resource(HALL, OTHER)).allowed


@pytest.mark.parametrize("action", [a for a, rule in ACTIONS.items() if rule.only is Only.OWN])
def test_decide_when_it_is_another_persons_then_refused_to_staff_too(action: str) -> None:
    everything = Asker(ME, is_staff=True, is_organiser=True, projects={HALL: Role.OWNER})
    for resource in (Resource(HALL, OTHER), Resource(HALL)):
        assert decide(everything, action, resource).reason == Reason.NOT_YOURS


def test_decide_when_the_role_is_in_another_project_then_refused() -> None:
    owner = ASKERS[Role.OWNER]
    assert decide(owner, "project:rename", Resource(HALL)).allowed
    assert decide(owner, "project:rename", Resource(ATTIC)).reason == Reason.ROLE
    assert decide(owner, "project:rename", NOTHING).reason == Reason.ROLE


def test_decide_when_the_operators_browser_asks_then_staff_without_being_anybody() -> None:
    operator = Asker(is_staff=True)
    assert decide(operator, "project:create").allowed
    assert not decide(operator, "account:read", Resource(person=ME))
    assert decide(operator, "account:read").reason == Reason.ROLE


def test_decide_when_banned_then_a_visitor_and_told_why() -> None:
    banned = Asker(ME, is_staff=True, is_banned=True, projects={HALL: Role.OWNER})
    assert decide(banned, "project:read", Resource(HALL)).allowed
    assert decide(banned, "project:update", Resource(HALL)).reason == Reason.BANNED


@given(askers, st.sampled_from(sorted(ACTIONS)), resources)
def test_decide_when_drawn_then_never_more_than_the_roles_held(
    asker: Asker, action: str, resource: Resource
) -> None:
    decision = decide(asker, action, resource)
    assert bool(decision) is decision.allowed is (decision.reason == Reason.ALLOWED)
    if decision.allowed:
        assert roles_of(asker, resource) & ACTIONS[action].roles


@given(askers, st.sampled_from(sorted(ACTIONS)), resources)
def test_decide_when_a_role_is_taken_away_then_nothing_is_gained(
    asker: Asker, action: str, resource: Resource
) -> None:
    lesser = Asker(asker.contributor, is_banned=asker.is_banned)
    if decide(lesser, action, resource):
        assert decide(asker, action, resource)


def test_table_when_read_then_each_action_says_itself_in_words() -> None:
    for name, rule in ACTIONS.items():
        noun, _, verb = name.partition(":")
        assert noun.isidentifier() and verb.isidentifier()
        assert rule.words == rule.words.strip() != ""
        assert rule.roles
