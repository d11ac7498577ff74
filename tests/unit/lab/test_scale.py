"""Facts for measurements: as many as asked for, of as many people, and the same each time."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laurels.domain.contributions import Kind
from laurels.lab.scale import Fact, Work, facts

UNTIL = 1_760_000_000
ISSUES = {Kind.ISSUE_OPENED, Kind.ISSUE_COMPLETED}


@given(st.integers(2, 60), st.integers(0, 300), st.integers(0, 5))
@settings(max_examples=40)
def test_facts_of_any_size_are_as_many_and_of_as_many_people_as_asked(
    people: int, more: int, seed: int
) -> None:
    found = list(facts(people, people + more, seed))
    assert len(found) == people + more
    assert len({fact.person_id for fact in found}) == people
    assert len({fact[:4] for fact in found}) == len(found)


def test_facts_from_one_seed_are_the_same_and_from_another_are_not() -> None:
    assert list(facts(50, 2_000, 1)) == list(facts(50, 2_000, 1))
    assert list(facts(50, 2_000, 1)) != list(facts(50, 2_000, 2))


def test_facts_have_every_kind_and_fall_off_steeply() -> None:
    found = list(facts(2_000, 30_000, 1))
    assert {fact.kind for fact in found} == set(Kind)
    counts = sorted(Counter(fact.person_id for fact in found).values(), reverse=True)
    assert sum(counts[:200]) > 0.4 * len(found)
    assert counts[-1] == 1


def test_facts_of_one_subject_agree_about_it() -> None:
    works: defaultdict[tuple[int, int], set[Work]] = defaultdict(set)
    kinds: defaultdict[tuple[int, int], set[Kind]] = defaultdict(set)
    for fact in facts(300, 10_000, 3):
        works[fact.repository_id, fact.number].add(fact.work)
        kinds[fact.repository_id, fact.number].add(fact.kind)
    assert {len(found) for found in works.values()} == {1}
    assert all(found <= ISSUES or not found & ISSUES for found in kinds.values())


def expected_instant(fact: Fact) -> int | None:
    work = fact.work
    return {
        Kind.PR_OPENED: work.opened_at,
        Kind.ISSUE_OPENED: work.opened_at,
        Kind.PR_MERGED: work.merged_at,
        Kind.ISSUE_COMPLETED: work.closed_at,
    }.get(fact.kind, fact.occurred_at)


def test_facts_happen_inside_their_work_and_inside_the_year() -> None:
    for fact in facts(300, 10_000, 4, until=UNTIL):
        assert fact.occurred_at == expected_instant(fact)
        assert UNTIL - 365 * 86_400 <= fact.work.opened_at <= fact.occurred_at < UNTIL
        if fact.kind is Kind.REVIEW_SUBMITTED:
            assert fact.person_id != fact.work.author_id
        else:
            assert fact.person_id == fact.work.author_id
        assert (fact.work.additions is None) == (fact.kind in ISSUES)


@pytest.mark.parametrize(("people", "count"), [(1, 10), (0, 0), (20, 19)])
def test_facts_that_cannot_be_spread_are_refused(people: int, count: int) -> None:
    with pytest.raises(ValueError, match="cannot be spread"):
        next(facts(people, count, 1))
