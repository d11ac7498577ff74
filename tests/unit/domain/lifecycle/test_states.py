"""The states of a pull request and the replay of their log."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.lifecycle import (
    Decision,
    MarkKind,
    PullRequestView,
    State,
    SubjectFold,
    Transition,
    TransitionRefused,
    Verdict,
    check_transition,
    join,
    state_times,
    transitions,
    view,
)
from tests.unit.domain.lifecycle.folds import folds, known

OPENED, REOPENED, CLOSED, MERGED, GONE, PUSHED = (int(kind) for kind in MarkKind)
BEGUN = known(created_at=10, author=(3, 10, 7), updated_at=10, state=(10, False, None))

VERDICTS = st.lists(
    st.builds(
        Verdict,
        maintainer_id=st.integers(5, 6),
        decision=st.sampled_from(Decision),
        at=st.integers(1, 5),
    ),
    max_size=6,
)


def log_of(*parts: SubjectFold, verdicts: tuple[Verdict, ...] = ()) -> tuple[Transition, ...]:
    shown = view(reduce(join, parts))
    assert isinstance(shown, PullRequestView)
    return transitions(shown, verdicts)


def path(log: tuple[Transition, ...]) -> list[tuple[str, int]]:
    return [(line.to_state.value, line.at) for line in log]


def approve(at: int, by: int = 5) -> Verdict:
    return Verdict(by, Decision.APPROVED, at)


def start(at: int, by: int = 5) -> Verdict:
    return Verdict(by, Decision.UNDER_REVIEW, at)


@given(st.lists(folds(), min_size=1, max_size=4), VERDICTS)
def test_transitions_when_anything_is_known_then_log_is_a_chain_that_ends_in_the_view(
    parts: list[SubjectFold], verdicts: list[Verdict]
) -> None:
    shown = view(reduce(join, [known(), *parts]))
    assert isinstance(shown, PullRequestView)
    log = transitions(shown, verdicts)
    assert log == transitions(shown, verdicts[::-1])
    assert all(a.to_state is b.from_state and a.at <= b.at for a, b in pairwise(log))
    if log:
        last = log[-1].to_state
        assert (last is State.MERGED) == (shown.state == "merged")
        assert shown.state != "closed" or last is State.CLOSED


def test_transitions_when_opened_and_merged_then_the_actors_are_told() -> None:
    log = log_of(BEGUN, known(merged_at=30, merged_by=(3, 30, 8)))
    assert log == (
        Transition(None, State.OPEN, 10, 7, "github"),
        Transition(State.OPEN, State.MERGED, 30, 8, "github"),
    )


def test_transitions_when_closed_and_reopened_then_both_are_told_once() -> None:
    marks = [(CLOSED, 20, 8), (CLOSED, 21, 8), (REOPENED, 30, 7)]
    log = log_of(BEGUN, *(known(marks=(mark,)) for mark in marks))
    assert path(log) == [("open", 10), ("closed", 20), ("open", 30)]
    assert [line.actor_id for line in log] == [7, 8, 7]


def test_transitions_when_only_a_snapshot_tells_the_closing_then_it_is_in_the_log() -> None:
    log = log_of(BEGUN, known(state=(25, True, 20), updated_at=25))
    assert path(log) == [("open", 10), ("closed", 20)]
    assert log[-1].actor_id is None


def test_transitions_when_only_a_snapshot_tells_the_reopening_then_its_time_stands_in() -> None:
    closed = known(marks=((CLOSED, 20, 8),))
    log = log_of(BEGUN, closed, known(state=(40, False, None), updated_at=40))
    assert path(log) == [("open", 10), ("closed", 20), ("open", 40)]


def test_transitions_when_closed_and_reopened_in_one_second_then_the_payload_decides() -> None:
    marks = known(marks=((CLOSED, 20, 8),)), known(marks=((REOPENED, 20, 7),))
    still_open = known(state=(30, False, None), updated_at=30)
    assert path(log_of(BEGUN, *marks, still_open))[-1] == ("open", 20)
    closed = known(state=(30, True, 20), updated_at=30)
    assert path(log_of(BEGUN, *marks, closed))[-1] == ("closed", 20)


def test_transitions_when_merging_closes_it_too_then_only_merged_is_told() -> None:
    log = log_of(BEGUN, known(merged_at=30, marks=((CLOSED, 30, 8),), state=(30, True, 30)))
    assert path(log) == [("open", 10), ("merged", 30)]


def test_transitions_when_opening_is_unknown_then_log_begins_with_the_first_known_time() -> None:
    assert path(log_of(known(marks=((MERGED, 30, 8),)))) == [("open", 30), ("merged", 30)]
    assert log_of(known()) == ()


def test_transitions_when_verdicts_are_given_then_they_move_the_open_states() -> None:
    verdicts = (start(12), Verdict(6, Decision.CHANGES_REQUESTED, 14), start(16), approve(18))
    log = log_of(BEGUN, verdicts=verdicts)
    assert path(log) == [
        ("open", 10),
        ("under_review", 12),
        ("changes_requested", 14),
        ("under_review", 16),
        ("approved", 18),
    ]
    assert {line.source for line in log[1:]} == {"verdict"}


def test_transitions_when_an_approval_is_withdrawn_then_it_is_under_review_again() -> None:
    verdicts = (start(12), approve(14), Verdict(5, Decision.WITHDRAWN, 16))
    assert path(log_of(BEGUN, verdicts=verdicts))[-1] == ("under_review", 16)


def test_transitions_when_a_verdict_is_not_allowed_then_it_leaves_no_trace() -> None:
    assert path(log_of(BEGUN, verdicts=(approve(12),))) == [("open", 10)]
    merged = known(merged_at=11)
    assert path(log_of(BEGUN, merged, verdicts=(start(12),)))[-1] == ("merged", 11)


def test_transitions_when_reopened_then_the_review_state_is_restored() -> None:
    marks = known(marks=((CLOSED, 20, 8),)), known(marks=((REOPENED, 30, 7),))
    log = log_of(BEGUN, *marks, verdicts=(start(12), approve(14), start(25)))
    assert path(log)[-2:] == [("closed", 20), ("approved", 30)]


def test_state_times_when_a_state_was_entered_twice_then_first_and_last_are_told() -> None:
    log = log_of(BEGUN, verdicts=(start(12), approve(14), start(16)))
    assert state_times(log) == {
        State.OPEN: (10, 10),
        State.UNDER_REVIEW: (12, 16),
        State.APPROVED: (14, 14),
    }


ALLOWED = {
    (State.OPEN, State.UNDER_REVIEW),
    (State.UNDER_REVIEW, State.OPEN),
    (State.UNDER_REVIEW, State.CHANGES_REQUESTED),
    (State.UNDER_REVIEW, State.APPROVED),
    (State.CHANGES_REQUESTED, State.UNDER_REVIEW),
    (State.CHANGES_REQUESTED, State.APPROVED),
    (State.APPROVED, State.UNDER_REVIEW),
    (State.APPROVED, State.CHANGES_REQUESTED),
}


@pytest.mark.parametrize(("here", "there"), list(product(State, State)))
def test_check_transition_when_asked_by_a_person_then_only_the_table_is_allowed(
    here: State, there: State
) -> None:
    if (here, there) in ALLOWED:
        check_transition(here, there)
    else:
        with pytest.raises(TransitionRefused, match="pull request"):
            check_transition(here, there)


@pytest.mark.parametrize(
    ("here", "there", "reason"),
    [
        (State.OPEN, State.APPROVED, "goes under review before"),
        (State.OPEN, State.CHANGES_REQUESTED, "before it is sent back for changes"),
        (State.OPEN, State.MERGED, "only GitHub"),
        (State.CLOSED, State.OPEN, "is closed on GitHub"),
        (State.APPROVED, State.APPROVED, "approved already"),
        (State.APPROVED, State.OPEN, "goes back under review"),
    ],
)
def test_check_transition_when_refused_then_the_reason_is_plain(
    here: State, there: State, reason: str
) -> None:
    with pytest.raises(TransitionRefused, match=reason):
        check_transition(here, there)
