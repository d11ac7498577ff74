"""Posting differences makes what stands equal to what should, and nothing more."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.ledger import (
    Amount,
    Component,
    EntryKind,
    ItemKey,
    Standing,
    differences,
    standing_items,
)
from tests.unit.domain.ledger.strategies import Book, entry, reversal, wishes

Should = dict[ItemKey, Amount]
KEY: ItemKey = ("c1", "program", Component.BASE)
TWENTY = Amount(20, "e1", "r1", 100)


def book_after(steps: list[Should]) -> Book:
    book = Book()
    for should in steps:
        book.post(differences(should, book.stands))
    return book


def without_zeros(should: Should) -> Should:
    return {key: amount for key, amount in should.items() if amount.points}


@given(st.lists(wishes, max_size=4), wishes)
def test_differences_when_posted_make_what_stands_equal_what_should(
    steps: list[Should], should: Should
) -> None:
    book = book_after([*steps, should])
    assert book.active == without_zeros(should)
    assert book.balance() == sum(amount.points for amount in should.values())


@given(st.lists(wishes, min_size=1, max_size=4))
def test_differences_the_second_time_are_empty(steps: list[Should]) -> None:
    book = book_after(steps)
    assert differences(steps[-1], book.stands) == []


@given(st.lists(wishes, max_size=4), wishes)
def test_differences_when_the_change_is_undone_restore_the_balance(
    steps: list[Should], change: Should
) -> None:
    book = book_after(steps)
    before, balance = book.active, book.balance()
    book.post(differences(change, book.stands))
    book.post(differences(before, book.stands))
    assert book.active == before
    assert book.balance() == balance


@given(st.lists(wishes, max_size=6))
def test_differences_never_post_one_item_generation_and_side_twice(steps: list[Should]) -> None:
    book = book_after(steps)
    written = Counter(
        (one.contribution_ref, one.scope, one.component, one.generation, one.reverses is not None)
        for one in book.entries
    )
    taken_back = Counter(one.reverses for one in book.entries if one.reverses is not None)
    assert set(written.values()) <= {1}
    assert set(taken_back.values()) <= {1}


@given(st.lists(wishes, max_size=4), wishes)
def test_differences_touch_only_what_changed(steps: list[Should], should: Should) -> None:
    book = book_after(steps)
    before = book.active
    wanted = without_zeros(should)
    changed = {key for key in before.keys() | wanted.keys() if before.get(key) != wanted.get(key)}
    posts = differences(should, book.stands)
    assert {(post.contribution_ref, post.scope, post.component) for post in posts} == changed


def test_differences_for_a_new_item_post_its_first_generation() -> None:
    (post,) = differences({KEY: TWENTY}, {})
    assert (post.kind, post.points, post.generation, post.reverses) == (
        EntryKind.AWARD, 20, 1, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("component", "kind"),
    [
        (Component.BASE, EntryKind.AWARD),
        (Component.EXTRA, EntryKind.BONUS),
        (Component.PENALTY, EntryKind.PENALTY),
        (Component.ADJUSTMENT, EntryKind.ADJUSTMENT),
    ],
)
def test_differences_for_each_component_post_its_kind(
    component: Component, kind: EntryKind
) -> None:
    (post,) = differences({("c1", "program", component): TWENTY}, {})
    assert post.kind is kind


@pytest.mark.parametrize(
    "changed",
    [
        Amount(21, "e1", "r1", 100),
        Amount(20, "e2", "r1", 100),
        Amount(20, "e1", "r2", 100),
        Amount(20, "e1", "r1", 101),
    ],
)
def test_differences_for_a_changed_item_are_a_reversal_and_the_next_generation(
    changed: Amount,
) -> None:
    back, new = differences({KEY: changed}, {KEY: Standing(TWENTY, 7, 3)})
    assert (back.kind, back.points, back.generation, back.reverses) == (
        EntryKind.REVERSAL, -20, 3, 7,
    )  # fmt: skip
    assert (back.occurred_at, back.ruleset_hash, back.explanation_digest) == (100, "r1", "e1")
    assert (new.kind, new.points, new.generation, new.reverses) == (
        EntryKind.AWARD, changed.points, 4, None,
    )  # fmt: skip
    assert new.occurred_at == changed.occurred_at


@pytest.mark.parametrize("should", [{}, {KEY: Amount(0, "e1", "r1", 100)}])
def test_differences_for_an_item_worth_nothing_are_only_a_reversal(should: Should) -> None:
    (back,) = differences(should, {KEY: Standing(TWENTY, 7, 1)})
    assert (back.kind, back.reverses) == (EntryKind.REVERSAL, 7)


@pytest.mark.parametrize("should", [{}, {KEY: Amount(0, "e9", "r9", 900)}])
def test_differences_for_an_item_long_taken_back_are_none(should: Should) -> None:
    assert differences(should, {KEY: Standing(None, 7, 1)}) == []


def test_differences_for_an_item_that_returns_go_on_counting_generations() -> None:
    (post,) = differences({KEY: TWENTY}, {KEY: Standing(None, 7, 4)})
    assert (post.kind, post.generation, post.reverses) == (EntryKind.AWARD, 5, None)


def test_standing_items_when_an_entry_posts_what_stands_refuses() -> None:
    first = entry(1)
    again = entry(2, contribution_ref=first.contribution_ref, generation=2)
    with pytest.raises(ValueError, match="entry 2 posts an item that already stands"):
        standing_items([first, again])


def test_standing_items_when_a_generation_is_skipped_refuses() -> None:
    with pytest.raises(ValueError, match="entry 1 skips a generation"):
        standing_items([entry(1, generation=2)])


def test_standing_items_when_what_does_not_stand_is_taken_back_refuses() -> None:
    first = entry(1)
    twice = [first, reversal(2, first), reversal(3, first)]
    wrong = [first, reversal(2, first, reverses=9)]
    strange = [reversal(1, first)]
    for entries in (twice, wrong, strange):
        with pytest.raises(ValueError, match="takes back what does not stand"):
            standing_items(entries)
