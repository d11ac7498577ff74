"""Populations as histograms: merging equals counting again; baselines of a program's own people."""

from __future__ import annotations

from statistics import fmean

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_PUSHES,
    OSS_REVIEWS,
    TEN,
    number_of,
)
from laurels.domain.percentiles import (
    Baseline,
    BaselineUnknown,
    Candidate,
    Mode,
    Person,
    Population,
    choose,
    composite,
    csv_checksum,
    faults_of,
    thresholds_of_values,
)
from tests.unit.domain.percentiles.populations import people

groups = st.lists(people, max_size=12)
# Each example writes and hashes ten thousand lines.
few = settings(max_examples=25)


def made(population: Population) -> Baseline:
    return population.baseline(baseline_id="own", start=20230101, end=20251231, method="test")


def value_of(person: Person, metric: str) -> float:
    return number_of(dict(person.values())[metric])


@given(groups, groups, groups)
def test_merging_groups_then_counting_everybody_at_once(
    first: list[Person], second: list[Person], third: list[Person]
) -> None:
    together = Population.of([*first, *second, *third])
    parts = [Population.of(group) for group in (first, second, third)]
    assert parts[0].plus(parts[1]).plus(parts[2]) == together
    assert parts[2].plus(parts[0].plus(parts[1])) == together


@given(st.lists(st.tuples(people, people), max_size=12), groups, groups)
def test_a_day_of_changes_then_counting_everybody_again(
    changes: list, before: list[Person], new: list[Person]
) -> None:
    start = Population.of([*before, *(old for old, _ in changes)])
    after = start.after([*changes, *((None, person) for person in new)])
    assert after == Population.of([*before, *(now for _, now in changes), *new])
    assert after.after((person, None) for person in before) == Population.of(
        [*(now for _, now in changes), *new]
    )


@few
@given(groups.filter(lambda group: any(person.opened for person in group)))
def test_baseline_of_people_then_the_thresholds_of_their_values(group: list[Person]) -> None:
    baseline = made(Population.of(group))
    held = [person for person in group if person.opened]
    assert baseline.population == len(held)
    for metric in TEN:
        if metric == OSS_COMPOSITE:
            continue
        values = [value for person in held for name, value in person.values() if name == metric]
        assert (metric in baseline.thresholds) == bool(values)
        if values:
            assert baseline.thresholds[metric].numbers == thresholds_of_values(values)
            assert baseline.thresholds[metric].population == len(values)
    assert faults_of(baseline, baseline.thresholds) == ()


@few
@given(groups.filter(lambda group: any(person.triple() for person in group)))
def test_composites_of_people_then_scored_by_their_own_thresholds(group: list[Person]) -> None:
    baseline = made(Population.of(group))
    values = []
    for person in group:
        if person.triple() is None:
            continue
        raw = [
            baseline.raw_tenths(name, dict(person.values())[name])
            for name in (OSS_REVIEWS, OSS_PRS, OSS_ISSUES)
        ]
        value = composite(*raw)
        assert value is not None
        values.append(value)
    assert baseline.thresholds[OSS_COMPOSITE].numbers == thresholds_of_values(values)


def test_baseline_of_merged_groups_then_that_of_everybody() -> None:
    everybody = [
        Person(opened=1 + at % 9, merged=at % 3, ready=1, reviews=at % 5, issues=at % 4, pushes=at)
        for at in range(90)
    ]
    groups = [Population.of(everybody[start::3]) for start in range(3)]
    assert made(groups[2].plus(groups[0]).plus(groups[1])) == made(Population.of(everybody))


def test_population_read_again_and_scored_then_fifty_on_average() -> None:
    group = [
        Person(opened=1 + at % 7, merged=at % 2, ready=1, timed=1, merge_seconds=at * 60)
        for at in range(2_000)
    ]
    baseline = made(Population.of(group))
    for metric in (OPENED, MERGE_RATE, LATENCY, DROP_RATE):
        places = [
            baseline.place_number(metric, value_of(person, metric), Mode.FAIR) for person in group
        ]
        assert fmean(place.percentile for place in places if place) == pytest.approx(50, abs=0.1)


def test_person_with_unknowns_then_left_out_not_counted_as_zero() -> None:
    known = Person(opened=3, merged=1, ready=0, reviews=4, issues=None, pushes=None)
    assert set(dict(known.values())) == {
        "total_opened_prs", "oss_prs_opened", "total_merged_prs", "pr_merge_rate", "oss_reviews",
    }  # fmt: skip
    assert known.triple() is None
    baseline = made(Population.of([known]))
    assert baseline.place(OSS_ISSUES, 1) is None
    assert OSS_PUSHES not in baseline.thresholds


def test_people_without_an_eligible_pull_request_then_no_population() -> None:
    nobody = Population.of([Person(opened=0, reviews=90, issues=90)])
    assert nobody == Population()
    with pytest.raises(ValueError, match="nobody has no baseline"):
        made(nobody)


def test_person_who_was_never_counted_then_cannot_leave() -> None:
    with pytest.raises(ValueError, match="nobody has the value"):
        Population.of([Person(opened=2)]).after([(Person(opened=3), None)])


@given(groups)
def test_population_when_stored_then_the_same(group: list[Person]) -> None:
    population = Population.of(group)
    stored = msgspec.msgpack.encode(population)
    assert msgspec.msgpack.decode(stored, type=Population) == population


def test_baseline_of_people_then_its_checksum_is_its_csv() -> None:
    baseline = made(Population.of([Person(opened=2), Person(opened=5)]))
    assert baseline.checksum == csv_checksum(baseline)
    assert len(baseline.checksum) == 64
    other = made(Population.of([Person(opened=2), Person(opened=6)]))
    assert other.checksum != baseline.checksum


@pytest.mark.parametrize(
    ("tenths", "value"),
    [((100, 200, 300), 18.5), ((594, 419, 593), 53.25), ((0, 0, 0), 0), ((1000,) * 3, 100)],
)
def test_composite_of_percentiles_then_weighed(tenths: tuple[int, int, int], value: float) -> None:
    made = composite(*tenths)
    assert made is not None
    assert made.number == value


@pytest.mark.parametrize("tenths", [(None, 1, 1), (1, None, 1), (1, 1, None)])
def test_composite_of_something_unknown_then_unknown(tenths: tuple) -> None:
    assert composite(*tenths) is None


def test_choose_then_pinned_else_newest_end_else_newest_loaded() -> None:
    old, new = Candidate("old", 20240930, 900), Candidate("new", 20250930, 100)
    twin = Candidate("twin", 20250930, 200)
    assert choose([old, new, twin]) == twin
    assert choose([new, old]) == new
    assert choose([old, new, twin], pinned="old") == old


def test_choose_when_there_is_none_then_told() -> None:
    with pytest.raises(BaselineUnknown, match="no baseline is loaded"):
        choose([])
    with pytest.raises(BaselineUnknown, match="'gone' is pinned, but not loaded"):
        choose([Candidate("old", 20240930, 900)], pinned="gone")


def test_choose_when_the_newest_is_a_programs_own_then_only_where_pinned() -> None:
    old, own = Candidate("old", 20240930, 900), Candidate("own", 20261231, 999, is_program=True)
    assert choose([old, own]) == old
    assert choose([old, own], pinned="own") == own
    with pytest.raises(BaselineUnknown, match="no baseline is loaded"):
        choose([own])
