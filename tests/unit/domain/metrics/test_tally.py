"""Which pull requests count, and what stands behind each number."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.metric_names import DROP_RATE, LATENCY, MERGE_RATE, MERGED, NINE, OPENED
from laurels.domain.metrics import (
    Eligibility,
    Judged,
    PullRequest,
    Tally,
    eligibility_of,
    eligible,
    evidence,
    judge,
    tallies,
    tally,
)
from laurels.domain.percentiles import Mode
from tests.unit.domain.metrics.world import (
    NOW,
    WINDOW,
    measured,
    pull_requests,
    random_pull_requests,
)

PLAIN, OTHERS = Eligibility.BY_ANYBODY, Eligibility.BY_OTHERS
rules = st.sampled_from(Eligibility)


def judged(rule: Eligibility, *counts: int | None) -> Judged:
    return judge(PullRequest(1, NOW - 9, "open", None, False, *counts), WINDOW, rule)


@pytest.mark.parametrize(
    ("counts", "plain", "others"),
    [
        # comments and reviews by anybody, then by others
        ((1, 0, 1, 0), Judged.ELIGIBLE, Judged.ELIGIBLE),
        ((0, 1, 0, 1), Judged.ELIGIBLE, Judged.ELIGIBLE),
        ((3, 2, 0, 0), Judged.ELIGIBLE, Judged.INELIGIBLE),
        ((3, 2, None, None), Judged.ELIGIBLE, Judged.ASSUMED),
        ((3, 2, None, 0), Judged.ELIGIBLE, Judged.ASSUMED),
        ((3, 2, None, 1), Judged.ELIGIBLE, Judged.ELIGIBLE),
        ((0, 0, None, None), Judged.INELIGIBLE, Judged.INELIGIBLE),
        ((0, 0, 0, 0), Judged.INELIGIBLE, Judged.INELIGIBLE),
        ((None, 1, None, None), Judged.ELIGIBLE, Judged.ASSUMED),
        ((None, 0, None, None), Judged.UNDECIDED, Judged.UNDECIDED),
        ((None, None, None, None), Judged.UNDECIDED, Judged.UNDECIDED),
        ((None, None, 0, 0), Judged.UNDECIDED, Judged.INELIGIBLE),
    ],
)
def test_judge_by_counts_then_by_rule(
    counts: tuple[int | None, ...], plain: Judged, others: Judged
) -> None:
    assert judged(PLAIN, *counts) is plain
    assert judged(OTHERS, *counts) is others


@pytest.mark.parametrize(
    ("created_at", "found"),
    [
        (None, Judged.UNDATED),
        (WINDOW.start - 1, Judged.OUTSIDE),
        (WINDOW.start, Judged.ELIGIBLE),
        (NOW - 1, Judged.ELIGIBLE),
        (NOW, Judged.OUTSIDE),
    ],
)
def test_judge_by_creation_then_inside_the_window(created_at: int | None, found: Judged) -> None:
    one = PullRequest(1, created_at, "open", comments=1, reviews=0)
    assert judge(one, WINDOW, PLAIN) is found


def test_eligibility_of_modes_then_by_others_where_fair_only() -> None:
    assert eligibility_of(Mode.FAIR) is OTHERS
    assert {eligibility_of(Mode.RAW), eligibility_of(Mode.INVERTED)} == {PLAIN}


def test_tally_of_many_kinds_then_each_counted_where_it_belongs() -> None:
    given = [
        *pull_requests(3, "merged", 1, hours=2),
        *pull_requests(2, "merged", 10, hours=4, is_draft=True),
        *pull_requests(4, "closed", 20),
        *pull_requests(1, "closed", 30, is_draft=True),
        *pull_requests(5, "open", 40),
        PullRequest(50, NOW - 99, "merged", NOW - 100, False, 1, 1, 1, 1),
        PullRequest(51, NOW - 99, "merged", None, None, 1, 1, None, None),
        PullRequest(52, NOW - 99, "open", None, False, 1, 1, 0, 0),
    ]
    assert tally(given, WINDOW, OTHERS) == Tally(
        opened=17, merged=7, ready=13, dropped=4, drafts_unknown=1, timed=5,
        merge_seconds=14 * 3_600, assumed=1, ineligible=1,
    )  # fmt: skip


@given(random_pull_requests, rules)
def test_tally_of_anything_then_what_counting_one_by_one_gives(
    given_prs: list[PullRequest], rule: Eligibility
) -> None:
    counted = tally(given_prs, WINDOW, rule)
    kept = list(eligible(given_prs, WINDOW, rule))
    assert counted.opened == len(kept)
    assert counted.merged == sum(one.state == "merged" for one in kept)
    assert counted.ready == sum(one.is_draft is False for one in kept)
    assert counted.dropped == sum(one.is_draft is False and one.state == "closed" for one in kept)
    assert counted.merged + counted.dropped <= counted.opened
    left = counted.outside + counted.undated + counted.ineligible + counted.undecided
    assert counted.opened + left == len(given_prs)


@given(random_pull_requests, rules, st.sampled_from(NINE[:6]))
def test_evidence_of_anything_then_adds_up_to_the_value(
    given_prs: list[PullRequest], rule: Eligibility, metric: str
) -> None:
    found = evidence(metric, given_prs, WINDOW, rule)
    held = measured(given_prs, rule=rule)
    value = held.values[metric]
    if metric in (MERGE_RATE, DROP_RATE):
        if value is not None:
            assert Fraction(*value) == Fraction(len(found.counted), len(found.of))
    elif metric == LATENCY:
        assert len(found.of) == held.tally.timed
    else:
        assert len(found.counted) == value
    assert set(found.counted) <= set(found.of)
    assert set(found.assumed) <= set(found.of)
    ids = [*evidence(OPENED, given_prs, WINDOW, rule).of]
    ids += [one for left in found.left_out.values() for one in left]
    assert sorted(ids) == sorted(one.id for one in given_prs)


def test_evidence_then_lists_what_was_left_out_and_why() -> None:
    given = [
        *pull_requests(2, "merged", 1),
        *pull_requests(1, "closed", 9),
        PullRequest(30, NOW - 99, "merged", NOW, False, 5, 5, 0, 0),
        PullRequest(31, None, "open", None, False, 5, 5, 1, 1),
        PullRequest(32, NOW - 99, "open", None, False, 5, 5, None, None),
    ]
    found = evidence(MERGE_RATE, given, WINDOW, OTHERS)
    assert (found.counted, found.of, found.assumed) == ((1, 2), (1, 2, 9, 32), (32,))
    assert found.left_out == {"ineligible": (30,), "undated": (31,)}
    assert evidence(MERGED, given, WINDOW, OTHERS).of == (1, 2)
    assert evidence("oss_composite", given, WINDOW, OTHERS).counted == (1, 2, 9, 32)


@pytest.mark.parametrize("metric", ["oss_reviews", "oss_issues_opened"])
def test_evidence_of_profile_counts_then_no_pull_requests(metric: str) -> None:
    found = evidence(metric, pull_requests(3), WINDOW, PLAIN)
    assert (found.counted, found.of, found.left_out) == ((), (), {})


def test_evidence_of_no_metric_then_refused() -> None:
    with pytest.raises(ValueError, match="'oss_pushes' is no metric of a person"):
        evidence("oss_pushes", [], WINDOW, PLAIN)


@given(random_pull_requests)
def test_tallies_then_those_of_each_rule_judged_one_by_one(given_ones: list[PullRequest]) -> None:
    both = tallies(given_ones, WINDOW)
    assert set(both) == set(Eligibility)
    for rule, found in both.items():
        counted = list(eligible(given_ones, WINDOW, rule))
        assert found == tally(given_ones, WINDOW, rule)
        assert found.opened == len(counted)
        assert found.merged == sum(one.state == "merged" for one in counted)
        assert found.ready == sum(one.is_draft is False for one in counted)
        assert found.merge_seconds == sum(
            one.merged_at - one.created_at
            for one in counted
            if one.state == "merged"
            and one.merged_at is not None
            and one.created_at is not None
            and one.merged_at >= one.created_at
        )
        left = found.outside + found.undated + found.ineligible + found.undecided
        assert left == len(given_ones) - len(counted)
