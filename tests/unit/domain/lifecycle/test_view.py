"""The view: what a fold says, fallback by fallback."""

from __future__ import annotations

from functools import reduce

import pytest
from hypothesis import given

from laurels.domain.lifecycle import (
    UNKNOWN,
    IssueView,
    MarkKind,
    PullRequestView,
    SubjectFold,
    join,
    view,
    withhold,
)
from tests.unit.domain.lifecycle.folds import folds, known, known_issue

OPENED, REOPENED, CLOSED, MERGED, GONE, PUSHED = (int(kind) for kind in MarkKind)


def seen(*parts: SubjectFold) -> PullRequestView:
    shown = view(reduce(join, parts))
    assert isinstance(shown, PullRequestView)
    return shown


def seen_issue(*parts: SubjectFold) -> IssueView:
    shown = view(reduce(join, parts))
    assert isinstance(shown, IssueView)
    return shown


@given(folds(), folds())
def test_view_when_anything_is_known_then_merged_means_merged_at(
    a: SubjectFold, b: SubjectFold
) -> None:
    shown = view(join(a, b))
    if isinstance(shown, PullRequestView):
        assert (shown.state == "merged") == (shown.merged_at is not None)
        assert shown.state != "open" or shown.closed_at is None


def test_view_when_a_pull_request_was_only_hinted_at_then_is_none() -> None:
    assert view(known(is_shown=False)) is None
    assert view(known(is_pull_request=None)) is None


def test_view_when_only_the_key_is_known_then_everything_else_is_unknown() -> None:
    shown = seen(known())
    assert (shown.author_id, shown.title, shown.labels, shown.draft) == (None,) * 4
    assert (shown.created_at, shown.closed_at, shown.merged_at, shown.first_seen_at) == (None,) * 4
    assert (shown.additions, shown.deletions, shown.changed_files) == (None,) * 3
    assert (shown.state, shown.is_gone, shown.merged_by_id) == ("open", False, None)


def test_view_when_every_group_is_known_then_each_is_read() -> None:
    shown = seen(
        known(
            updated_at=50,
            created_at=10,
            merged_at=40,
            state=(50, True, 40),
            size=(50, 100, 20, 3),
            labels=(50, 0, ("bug", "docs")),
            title=(50, "A change"),
            draft=(50, False),
            association=(50, "MEMBER"),
            author=(3, 50, 7),
            merged_by=(3, 50, 8),
            labelled=(("bug", 20, 8),),
        )
    )
    assert (shown.created_at, shown.closed_at, shown.merged_at, shown.updated_at) == (
        10,
        40,
        40,
        50,
    )
    assert (shown.additions, shown.deletions, shown.changed_files) == (100, 20, 3)
    assert (shown.labels, shown.title, shown.draft) == (("bug", "docs"), "A change", False)
    assert (shown.author_association, shown.author_id, shown.merged_by_id) == ("MEMBER", 7, 8)
    assert shown.labelled_by == (("bug", 8),)
    assert shown.first_seen_at == 10


def test_created_at_when_no_payload_has_it_then_is_the_opened_events() -> None:
    assert seen(known(marks=((OPENED, 10, 7),))).created_at == 10
    assert seen(known(marks=((OPENED, 10, 7),)), known(created_at=9)).created_at == 9
    assert seen(known(marks=((CLOSED, 10, 7),))).created_at is None


def test_merged_at_when_no_payload_has_it_then_is_the_earliest_merged_action() -> None:
    twice = known(marks=((MERGED, 30, 8), (MERGED, 31, 8)))
    shown = seen(twice)
    assert (shown.state, shown.merged_at, shown.closed_at) == ("merged", 30, 30)
    assert seen(twice, known(merged_at=29)).merged_at == 29


def test_state_when_merged_and_a_later_comment_says_open_then_stays_merged() -> None:
    shown = seen(known(merged_at=30), known(state=(99, False, None), updated_at=99))
    assert shown.state == "merged"


@pytest.mark.parametrize(
    ("marks", "state", "closed_at"),
    [
        ((), "open", None),
        (((CLOSED, 10, 8),), "closed", 10),
        (((CLOSED, 10, 8), (REOPENED, 20, 7)), "open", None),
        (((CLOSED, 10, 8), (REOPENED, 20, 7), (CLOSED, 30, 8)), "closed", 30),
        (((CLOSED, 10, 8), (CLOSED, 12, 8)), "closed", 10),
    ],
)
def test_state_when_payloads_are_trimmed_then_the_actions_tell(
    marks: tuple[tuple[int, int, int], ...], state: str, closed_at: int | None
) -> None:
    shown = seen(*(known(marks=(mark,)) for mark in marks), known())
    assert (shown.state, shown.closed_at) == (state, closed_at)


def test_state_when_a_payload_is_newer_than_the_actions_then_the_payload_tells() -> None:
    actions = known(marks=((CLOSED, 10, 8),))
    assert seen(actions, known(state=(20, False, None))).state == "open"
    assert seen(actions, known(state=(5, False, None))).state == "closed"
    assert seen(actions, known(state=(10, True, 10))).closed_at == 10


@pytest.mark.parametrize("reason", ["completed", "not_planned", None])
def test_state_reason_when_a_payload_carried_it_then_is_told(reason: str | None) -> None:
    shown = seen_issue(known_issue(state=(20, True, 20), reason=(20, reason, 20)))
    assert (shown.state, shown.state_reason) == ("closed", reason)


def test_state_reason_when_no_payload_carried_the_key_then_is_unknown() -> None:
    assert seen_issue(known_issue(state=(20, True, 20))).state_reason == UNKNOWN


def test_state_reason_when_it_belongs_to_an_earlier_closing_then_is_unknown() -> None:
    told = known_issue(state=(20, True, 20), reason=(20, "completed", 20))
    again = known_issue(state=(40, True, 40))
    assert seen_issue(told, again).state_reason == UNKNOWN
    commented = known_issue(state=(30, True, 20))
    assert seen_issue(told, commented).state_reason == "completed"


def test_state_reason_when_reopened_then_is_the_payloads() -> None:
    opened_again = known_issue(state=(20, False, None), reason=(20, "reopened", None))
    assert seen_issue(opened_again).state_reason == "reopened"


def test_is_gone_when_deleted_or_transferred_then_never_returns() -> None:
    gone = known_issue(marks=((GONE, 10, 8),))
    assert seen_issue(gone, known_issue(state=(99, False, None))).is_gone


def test_title_when_its_author_is_erased_then_is_not_shown() -> None:
    erased = withhold(known(author=(3, 1, 7), title=(1, "mine")), 7)
    shown = seen(erased)
    assert shown.title is None
    assert shown.author_id == 0


def test_first_seen_when_opening_is_unknown_then_is_the_earliest_time_of_anything() -> None:
    shown = seen(known(state=(50, True, 20), updated_at=50, merged_at=30, marks=((MERGED, 40, 8),)))
    assert shown.first_seen_at == 20
    assert shown.created_at is None


def test_ties_when_two_values_met_in_one_second_then_are_shown() -> None:
    assert seen(known(title=(5, "a")), known(title=(5, "b"))).ties != 0
