"""Values, gates and places of one person: what is told, what is not, and why."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from hypothesis import given

from laurels.domain.metric_names import (
    DEFINITIONS,
    DROP_RATE,
    LATENCY,
    LOWER_IS_BETTER,
    MERGE_RATE,
    MERGED,
    NINE,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
    TEN,
    Ratio,
    payload_of,
)
from laurels.domain.metrics import (
    Code,
    Eligibility,
    Measured,
    Profile,
    PullRequest,
    YearCounts,
    composite_value,
    rank,
)
from laurels.domain.percentiles import Baseline, Mode, Person, Population, notes
from tests.unit.domain.metrics.world import (
    NOW,
    WINDOW,
    last_days,
    measured,
    profile,
    pull_requests,
    random_pull_requests,
)
from tests.unit.domain.percentiles.populations import published

COUNTS = {OPENED, MERGED, OSS_PRS, OSS_REVIEWS, OSS_ISSUES, OSS_COMPOSITE}
RATES_AND_TIMES = {MERGE_RATE, DROP_RATE, LATENCY}


@pytest.fixture(scope="module")
def baseline(shared_data: Path) -> Baseline:
    return published(shared_data)


@pytest.fixture(scope="module")
def own() -> Baseline:
    people = [
        Person(
            opened=at, merged=at // 2, ready=at, dropped=at // 3, timed=at // 2,
            merge_seconds=at * 3_600, reviews=at, issues=at, pushes=at,
        )
        for at in range(1, 60)
    ]  # fmt: skip
    return Population.of(people).baseline(
        baseline_id="own", start=20230101, end=20251231, method="own/1"
    )


def codes(held: Measured) -> dict[str, Code]:
    return {name: reason.code for name, reason in held.reasons.items()}


def test_nothing_eligible_but_much_activity_then_nine_nulls_and_values_kept(
    own: Baseline,
) -> None:
    held = measured([], profile(reviews=100, issues=100))
    ranked = rank(held, own)
    assert list(ranked) == list(NINE)
    assert {one.place for one in ranked.values()} == {None}
    assert set(codes(held).values()) == {Code.NO_ELIGIBLE}
    assert (held.values[OSS_REVIEWS], held.values[OSS_ISSUES]) == (100, 100)
    assert (held.values[OPENED], held.values[OSS_PRS], held.activity) == (0, 0, 200)
    assert ranked[OPENED].reason is not None
    assert ranked[OPENED].reason.sentence.endswith("by somebody else.")


def test_ten_merged_and_activity_of_ten_then_counts_ranked_and_rates_not(own: Baseline) -> None:
    held = measured(pull_requests(10, "merged"))
    ranked = rank(held, own)
    assert {name for name, one in ranked.items() if one.place} == COUNTS
    assert codes(held) == {
        MERGE_RATE: Code.TOO_FEW_OPENED,
        DROP_RATE: Code.TOO_FEW_READY,
        LATENCY: Code.TOO_FEW_MERGED,
    }
    assert held.values[MERGE_RATE] == Ratio(10, 10)
    assert held.values[LATENCY] == Ratio(10 * 5 * 3_600, 10 * 3_600)
    assert held.reasons[MERGE_RATE].sentence == (
        "Given from 20 opened pull requests; there are 10."
    )


def test_activity_of_nine_then_no_composite(own: Baseline) -> None:
    held = measured(pull_requests(5), profile(reviews=2, issues=2))
    ranked = rank(held, own)
    assert held.activity == 9
    for name in (OSS_COMPOSITE, OSS_PRS, OSS_REVIEWS, OSS_ISSUES):
        assert ranked[name].place is None
        assert codes(held)[name] is Code.ACTIVITY_TOO_LOW
    assert ranked[OSS_COMPOSITE].value is None
    assert ranked[OPENED].place is not None
    assert held.reasons[OSS_PRS].sentence == (
        "Given from 10 pull requests, reviews and issues together; there are 9."
    )


@pytest.mark.parametrize(("count", "is_given"), [(19, False), (20, True)])
def test_rates_and_times_then_given_from_twenty(count: int, is_given: bool, own: Baseline) -> None:
    ranked = rank(measured(pull_requests(count, "merged")), own)
    for name in RATES_AND_TIMES:
        assert (ranked[name].place is not None) == is_given


def test_drafts_then_in_the_merge_rate_but_not_in_the_drop_rate() -> None:
    given = [
        *pull_requests(12, "merged", 1, is_draft=True),
        *pull_requests(9, "closed", 100, is_draft=True),
        *pull_requests(6, "closed", 200),
        *pull_requests(13, "open", 300),
    ]
    held = measured(given)
    assert held.values[MERGE_RATE] == Ratio(12, 40)
    assert held.values[DROP_RATE] == Ratio(6, 19)
    assert codes(held)[DROP_RATE] is Code.TOO_FEW_READY
    assert held.reasons[DROP_RATE].sentence.endswith("that are no drafts; there are 19.")


def test_merge_before_opening_then_no_merge_time() -> None:
    wrong = [
        msgspec.structs.replace(one, merged_at=one.created_at - 1)
        for one in pull_requests(20, "merged")
        if one.created_at
    ]
    held = measured(wrong)
    assert held.values[MERGED] == 20
    assert held.values[LATENCY] is None
    assert codes(held)[LATENCY] is Code.MERGE_TIMES_UNKNOWN


def test_unknown_draft_then_drop_rate_unknown_and_the_rest_told() -> None:
    given = [*pull_requests(30, "merged"), PullRequest(99, NOW - 9, "open", None, None, 1, 0, 1, 0)]
    held = measured(given)
    assert held.values[DROP_RATE] is None
    assert codes(held) == {DROP_RATE: Code.DRAFTS_UNKNOWN}
    person = held.person()
    assert person is not None
    assert person.ready == 0


def test_private_profile_then_unknown_never_zero(own: Baseline) -> None:
    first, middle, last = profile().spans
    held = measured(
        pull_requests(30, "merged"), Profile((first, middle, last), is_private=True)
    )  # fmt: skip
    assert (held.values[OSS_REVIEWS], held.values[OSS_ISSUES], held.activity) == (None,) * 3
    ranked = rank(held, own)
    assert ranked[OSS_PRS].place is not None, "thirty pull requests alone are an activity of ten"
    for name in (OSS_REVIEWS, OSS_ISSUES, OSS_COMPOSITE):
        assert ranked[name].reason is not None
        assert ranked[name].reason.code is Code.PROFILE_PRIVATE
        assert ranked[name].value is None


def test_private_profile_with_few_pull_requests_then_activity_unknown_not_low() -> None:
    held = measured(pull_requests(3), Profile(is_private=True))
    assert codes(held)[OSS_PRS] is Code.PROFILE_PRIVATE
    assert held.values[OSS_PRS] == 3


def test_one_count_unknown_then_only_what_needs_it_is_unknown(own: Baseline) -> None:
    held = measured(pull_requests(10), profile(reviews=None, issues=6))
    ranked = rank(held, own)
    assert ranked[OSS_ISSUES].place is not None
    assert {name for name in (OSS_REVIEWS, OSS_COMPOSITE) if ranked[name].place is None} == {
        OSS_REVIEWS,
        OSS_COMPOSITE,
    }
    assert codes(held)[OSS_REVIEWS] is Code.PROFILE_UNREAD


@pytest.mark.parametrize(
    "spans",
    [
        (),
        profile(9, 9).spans[1:],
        profile(9, 9, now=NOW + 1).spans,
        tuple(YearCounts(one.start - 1, one.end, 3, 3) for one in profile().spans),
    ],
    ids=["none", "two", "after now", "not adjoining"],
)
def test_profile_of_other_spans_then_unread(spans: tuple[YearCounts, ...]) -> None:
    held = measured(pull_requests(12), Profile(spans))
    assert held.values[OSS_REVIEWS] is None
    assert codes(held)[OSS_REVIEWS] is Code.PROFILE_UNREAD


def test_profile_read_some_days_ago_then_taken_and_dated() -> None:
    ago = NOW - 3 * 86_400
    held = measured(pull_requests(12), profile(5, 4, now=ago))
    assert (held.values[OSS_REVIEWS], held.values[OSS_ISSUES]) == (5, 4)
    assert held.profile_until == ago


def test_uncovered_window_then_everything_unknown_never_zero(own: Baseline) -> None:
    held = measured(pull_requests(40, "merged"), profile(50, 50), coverage=())
    assert {held.values[name] for name in (OPENED, MERGED, MERGE_RATE, OSS_PRS)} == {None}
    assert set(codes(held).values()) == {Code.WINDOW_UNCOVERED}
    assert len(held.reasons) == 9
    assert held.person() is None
    assert rank(held, own)[OSS_REVIEWS].value == 50


def test_thirty_days_covered_then_told_as_thirty_days() -> None:
    held = measured(pull_requests(7), profile(5, 5), coverage=last_days(30))
    assert (held.coverage.days, held.coverage.window_days) == (30, 1_096)
    assert held.values[OPENED] == 7
    assert held.reasons[MERGE_RATE].sentence == (
        "Given from 20 opened pull requests; there are 7 in the 30 of 1,096 days read."
    )


def test_thirty_days_covered_without_anything_then_not_called_none() -> None:
    held = measured([], profile(5, 5), coverage=last_days(30))
    assert set(codes(held).values()) == {Code.WINDOW_PARTLY_COVERED}
    assert "30 of 1,096 days" in held.reasons[OPENED].sentence


def test_pull_requests_whose_comments_are_unknown_then_unknown_not_none() -> None:
    held = measured([PullRequest(1, NOW - 9, "merged", NOW)])
    assert set(codes(held).values()) == {Code.ELIGIBILITY_UNKNOWN}


def test_nothing_eligible_by_the_plain_rule_then_said_plainly() -> None:
    held = measured([], rule=Eligibility.BY_ANYBODY)
    assert held.reasons[OPENED].sentence.endswith("a comment or a review.")


def test_without_a_baseline_then_values_and_no_places() -> None:
    held = measured(pull_requests(30, "merged"), profile(5, 5))
    ranked = rank(held, None)
    assert {one.reason.code for one in ranked.values() if one.reason} == {Code.NO_BASELINE}
    assert ranked[OPENED].value == 30
    assert composite_value(held, None) is None


def test_baseline_that_lacks_a_metric_then_said_so(own: Baseline) -> None:
    few = msgspec.structs.replace(own, thresholds={OPENED: own.thresholds[OPENED]})
    ranked = rank(measured(pull_requests(30, "merged"), profile(5, 5)), few)
    assert ranked[OPENED].place is not None
    for name in set(NINE) - {OPENED}:
        reason = ranked[name].reason
        assert reason is not None
        assert reason.code is Code.NOT_IN_BASELINE


def test_composite_in_the_published_population_then_of_raw_percentiles(
    baseline: Baseline,
) -> None:
    held = measured(pull_requests(10), profile(reviews=0, issues=0))
    expected = Ratio(40 * 594 + 35 * 834 + 25 * 593, 1_000)
    for mode in Mode:
        ranked = rank(held, baseline, mode, notes(baseline.method))
        assert ranked[OSS_COMPOSITE].value == expected
        place = ranked[OSS_COMPOSITE].place
        assert place is not None
        assert place.mode is mode
    assert expected.number == 67.775


def test_rank_with_notes_then_beside_the_metrics_they_are_of(own: Baseline) -> None:
    ranked = rank(measured(pull_requests(30)), own, Mode.FAIR, {LATENCY: "in whole hours"})
    assert {name: one.note for name, one in ranked.items() if one.note} == {
        LATENCY: "in whole hours"
    }


@given(given_prs=random_pull_requests)
def test_rank_of_anybody_then_a_place_or_a_reason(
    own: Baseline, given_prs: list[PullRequest]
) -> None:
    for one in rank(measured(given_prs), own).values():
        assert (one.place is None) != (one.reason is None)


def test_person_of_a_measured_one_then_the_same_values() -> None:
    held = measured(pull_requests(30, "merged"), profile(5, 4))
    person = held.person(pushes=3)
    assert person is not None
    values = dict(person.values())
    for name in NINE[:8]:
        assert payload_of(values[name]) == payload_of(held.values[name])
    assert values["oss_pushes"] == 3


def test_definitions_then_every_metric_is_described() -> None:
    assert set(DEFINITIONS) == set(TEN)
    for name, definition in DEFINITIONS.items():
        assert definition.name == name
        assert definition.description.endswith(".")
        assert definition.lower_is_better == (name in LOWER_IS_BETTER)
    assert payload_of(None) is None
    assert payload_of(Ratio(1, 4)) == 0.25
    assert (payload_of(3), type(payload_of(3))) == (3, int)


def test_window_of_a_measured_person_then_kept() -> None:
    assert measured([]).window == WINDOW
