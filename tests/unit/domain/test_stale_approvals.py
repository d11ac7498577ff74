"""New commits on what was approved: what the setting changes, and what it leaves."""

from __future__ import annotations

from functools import reduce
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.contributions import contributions_of
from laurels.domain.lifecycle import (
    Decision,
    MarkKind,
    PullRequestView,
    ReviewFact,
    SubjectFold,
    Transition,
    Verdict,
    join,
    transitions,
    view,
)
from tests.unit.domain.lifecycle.folds import folds, known

PUSHED, CLOSED, REOPENED = int(MarkKind.PUSHED), int(MarkKind.CLOSED), int(MarkKind.REOPENED)
AUTHOR, MAINTAINER = 7, 5
APPROVED = (
    Verdict(MAINTAINER, Decision.UNDER_REVIEW, 12),
    Verdict(MAINTAINER, Decision.APPROVED, 14),
)


def seen(*marks: tuple[int, int, int | None], **groups: Any) -> PullRequestView:
    begun = {"created_at": 10, "author": (3, 10, AUTHOR), "state": (10, False, None)}
    shown = view(known(**(begun | groups), marks=marks))
    assert isinstance(shown, PullRequestView)
    return shown


def states(shown: PullRequestView, *verdicts: Verdict, dismiss: bool = True) -> list[str]:
    return [line.to_state.value for line in transitions(shown, verdicts, commits_dismiss=dismiss)]


def is_approved(shown: PullRequestView, *facts: Verdict | ReviewFact, dismiss: bool = True) -> bool:
    reviews = [one for one in facts if isinstance(one, ReviewFact)]
    verdicts = [one for one in facts if isinstance(one, Verdict)]
    found = contributions_of(shown, reviews, verdicts, commits_dismiss=dismiss)
    return any(fact.kind == "pr_approved" for fact in found)


def review(at: int) -> ReviewFact:
    return ReviewFact(at, 8, "approved", at, "MEMBER")


def test_approved_when_new_commits_follow_then_is_under_review_again() -> None:
    pushed = seen((PUSHED, 20, AUTHOR))
    assert states(pushed, *APPROVED) == ["open", "under_review", "approved", "under_review"]
    last = transitions(pushed, APPROVED, commits_dismiss=True)[-1]
    assert (last.at, last.actor_id, last.source) == (20, AUTHOR, "github")
    assert not is_approved(pushed, *APPROVED)


def test_approved_when_the_setting_is_off_then_new_commits_change_nothing() -> None:
    pushed = seen((PUSHED, 20, AUTHOR))
    assert states(pushed, *APPROVED, dismiss=False)[-1] == "approved"
    assert is_approved(pushed, *APPROVED, dismiss=False)
    assert transitions(pushed, APPROVED) == transitions(seen(), APPROVED)


@pytest.mark.parametrize("at", [13, 14])
def test_approved_when_commits_came_before_or_in_its_second_then_only_the_later_one_dismisses(
    at: int,
) -> None:
    assert is_approved(seen((PUSHED, at, AUTHOR)), *APPROVED) == (at < 14)
    assert (states(seen((PUSHED, at, AUTHOR)), *APPROVED)[-1] == "approved") == (at < 14)


def test_approved_when_given_again_after_the_commits_then_stands_from_then_on() -> None:
    again = Verdict(MAINTAINER, Decision.APPROVED, 25)
    pushed = seen((PUSHED, 20, AUTHOR))
    found = contributions_of(pushed, (), [*APPROVED, again], commits_dismiss=True)
    assert [fact.occurred_at for fact in found if fact.kind == "pr_approved"] == [25]
    assert states(pushed, *APPROVED, again)[-1] == "approved"


def test_approved_on_github_when_new_commits_follow_then_does_not_count() -> None:
    assert is_approved(seen((PUSHED, 20, AUTHOR)), review(21))
    assert not is_approved(seen((PUSHED, 20, AUTHOR)), review(19))
    assert is_approved(seen((PUSHED, 20, AUTHOR)), review(19), dismiss=False)


def test_approved_when_commits_are_told_after_the_merge_then_stands() -> None:
    merged = seen((PUSHED, 40, AUTHOR), merged_at=30, state=(30, True, 30))
    assert is_approved(merged, *APPROVED)
    assert states(merged, *APPROVED)[-1] == "merged"


def test_reopened_when_commits_came_while_closed_then_the_approval_is_not_restored() -> None:
    shown = seen((CLOSED, 20, 8), (PUSHED, 22, AUTHOR), (REOPENED, 30, 8))
    assert states(shown, *APPROVED)[-2:] == ["closed", "under_review"]
    assert states(shown, *APPROVED, dismiss=False)[-2:] == ["closed", "approved"]


def test_open_when_nobody_approved_then_new_commits_leave_no_line() -> None:
    assert states(seen((PUSHED, 20, AUTHOR))) == ["open"]
    assert states(seen((PUSHED, 20, AUTHOR)), APPROVED[0]) == ["open", "under_review"]


VERDICTS = st.lists(
    st.builds(
        Verdict,
        maintainer_id=st.integers(5, 6),
        decision=st.sampled_from(Decision),
        at=st.integers(1, 5),
    ),
    max_size=6,
)


@given(st.lists(folds(), min_size=1, max_size=4), VERDICTS)
def test_log_when_commits_dismiss_then_is_a_chain_whatever_the_order(
    parts: list[SubjectFold], verdicts: list[Verdict]
) -> None:
    shown = view(reduce(join, [known(), *parts]))
    assert isinstance(shown, PullRequestView)
    log = transitions(shown, verdicts, commits_dismiss=True)
    assert log == transitions(shown, verdicts[::-1], commits_dismiss=True)
    assert _is_chain(log)


def _is_chain(log: tuple[Transition, ...]) -> bool:
    return all(
        a.to_state is b.from_state and a.at <= b.at and a.to_state is not b.to_state
        for a, b in pairwise(log)
    )
