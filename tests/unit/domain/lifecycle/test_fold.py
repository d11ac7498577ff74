"""The fold: laws of the join, ties within a second, bytes, and taking a person out."""

from __future__ import annotations

import random
from functools import reduce

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.domain.lifecycle.fold import (
    WITHHELD,
    LabelsBy,
    MarkKind,
    SubjectFold,
    Tie,
    as_last_word,
    dumps,
    is_withheld_text,
    join,
    loads,
    tied_at,
    withhold,
)
from tests.unit.domain.lifecycle.folds import folds, known

OTHER, LABELED, UNLABELED = (int(by) for by in LabelsBy)


@given(folds(), folds())
def test_join_when_sides_are_swapped_then_gives_the_same(a: SubjectFold, b: SubjectFold) -> None:
    assert join(a, b) == join(b, a)


@given(folds(), folds(), folds())
def test_join_when_grouped_otherwise_then_gives_the_same(
    a: SubjectFold, b: SubjectFold, c: SubjectFold
) -> None:
    assert join(join(a, b), c) == join(a, join(b, c))


@given(folds(), folds())
def test_join_when_repeated_then_changes_nothing(a: SubjectFold, b: SubjectFold) -> None:
    both = join(a, b)
    assert join(a, a) == a
    assert join(both, a) == both == join(b, both)


@given(st.lists(folds(), min_size=1, max_size=8), st.randoms(use_true_random=False))
def test_join_when_shuffled_repeated_and_split_then_bytes_are_the_same(
    seen: list[SubjectFold], chance: random.Random
) -> None:
    once = dumps(reduce(join, seen))
    again = seen + [chance.choice(seen) for _ in range(3)]
    chance.shuffle(again)
    cut = chance.randrange(len(again))
    left, right = again[:cut], again[cut:]
    halves = [reduce(join, half) for half in (left, right) if half]
    assert dumps(reduce(join, halves)) == once


@given(folds(), folds())
def test_dumps_when_read_again_then_is_the_same_fold(a: SubjectFold, b: SubjectFold) -> None:
    both = join(a, b)
    assert loads(dumps(both)) == both
    assert dumps(loads(dumps(both))) == dumps(both)


def test_dumps_when_a_usual_fold_then_is_compact() -> None:
    usual = known(
        updated_at=1_700_000_000,
        created_at=1_600_000_000,
        state=(1_700_000_000, True, 1_700_000_000),
        labels=(1_700_000_000, 0, ("bug",)),
        title=(1_700_000_000, "A title"),
        author=(3, 1_700_000_000, 5_000_000_000),
    )
    assert len(dumps(usual)) < 120


@pytest.mark.parametrize("other", [SubjectFold(11, 5), SubjectFold(12, 4)])
def test_join_when_subjects_differ_then_is_refused(other: SubjectFold) -> None:
    with pytest.raises(ValueError, match="not one subject"):
        join(known(), other)


def test_key_when_asked_then_is_repository_and_number() -> None:
    assert known().key == (11, 4)


def test_join_when_newer_payload_lacks_a_group_then_keeps_the_older() -> None:
    sized = known(size=(10, 5, 3, 1), title=(10, "old"))
    newer = known(title=(20, "new"), updated_at=20)
    both = join(sized, newer)
    assert both.size == (10, 5, 3, 1)
    assert both.title == (20, "new")
    assert both.ties == 0


def test_join_when_once_merged_then_stays_merged_at_the_first_time() -> None:
    both = join(known(merged_at=10, state=(10, True, 10)), known(state=(20, False, None)))
    assert both.merged_at == 10
    assert join(both, known(merged_at=12)).merged_at == 10


def test_join_when_open_and_closed_in_one_second_then_closed_wins_and_asks_for_a_reread() -> None:
    both = join(known(state=(10, False, None)), known(state=(10, True, 10)))
    assert both.state == (10, True, 10)
    assert both.ties == Tie.STATE


def test_join_when_tie_is_superseded_then_it_is_forgotten() -> None:
    tied = join(known(title=(10, "a")), known(title=(10, "b")))
    assert tied.ties == Tie.TITLE
    assert join(tied, known(title=(11, "c"))).ties == 0
    assert join(known(title=(9, "c")), tied).ties == Tie.TITLE


def test_tied_when_asked_then_each_tie_is_told_with_its_second() -> None:
    tied = join(known(title=(10, "a"), draft=(9, True)), known(title=(10, "b"), draft=(9, False)))
    assert tied_at(tied) == ((Tie.TITLE, 10), (Tie.DRAFT, 9))
    assert tied_at(known(title=(10, "a"))) == ()


@given(folds(), folds())
def test_last_word_when_joined_in_any_order_then_ends_every_tie_up_to_its_second(
    a: SubjectFold, b: SubjectFold
) -> None:
    reading = known(
        state=(60, False, None), reason=(60, None, None), size=(60, 1, 2, None), draft=(60, False),
        labels=(60, OTHER, ("a",)), title=(60, "read"), association=(60, "NONE"), updated_at=60,
    )  # fmt: skip
    one = join(join(a, as_last_word(reading)), b)
    assert one == join(join(b, a), as_last_word(reading))
    assert (one.ties, one.title) == (0, (61, "read"))


def test_last_word_when_groups_are_absent_then_they_stay_so() -> None:
    assert as_last_word(known(updated_at=5)) == known(updated_at=5)


def test_join_when_three_labels_are_set_in_one_second_then_the_most_labels_win() -> None:
    steps = [
        known(labels=(10, LABELED, ("a",))),
        known(labels=(10, LABELED, ("a", "b", "c"))),
        known(labels=(10, LABELED, ("a", "b"))),
        known(labels=(10, OTHER, ())),
    ]
    both = reduce(join, steps)
    assert both.labels == (10, LABELED, ("a", "b", "c"))
    assert both.ties == Tie.LABELS


def test_join_when_labels_are_taken_in_one_second_then_the_fewest_labels_win() -> None:
    steps = [
        known(labels=(10, UNLABELED, ("a", "b"))),
        known(labels=(10, UNLABELED, ("a",))),
        known(labels=(10, LABELED, ("a", "b", "c"))),
    ]
    assert reduce(join, steps).labels == (10, UNLABELED, ("a",))


def test_join_when_labels_agree_in_one_second_then_no_reread_is_asked_for() -> None:
    both = join(known(labels=(10, OTHER, ("a",))), known(labels=(10, LABELED, ("a",))))
    assert both.labels == (10, LABELED, ("a",))
    assert both.ties == 0


def test_join_when_better_source_knows_the_author_then_it_wins_whatever_its_age() -> None:
    hint, actor, payload = (known(author=(rank, 40 - rank, rank)) for rank in (1, 2, 3))
    assert reduce(join, [payload, hint, actor]).author == (3, 37, 3)
    assert join(hint, actor).author == (2, 38, 2)


def test_join_when_marks_repeat_then_each_is_kept_once_in_order() -> None:
    opened, closed = (int(MarkKind.OPENED), 1, 7), (int(MarkKind.CLOSED), 5, None)
    both = join(known(marks=(closed,)), known(marks=(opened,)))
    assert join(both, known(marks=(closed,))).marks == (opened, closed)


def test_join_when_a_label_is_set_twice_then_the_latest_person_is_kept() -> None:
    both = join(known(labelled=(("a", 5, 7), ("b", 1, 7))), known(labelled=(("a", 9, 8),)))
    assert both.labelled == (("a", 9, 8), ("b", 1, 7))


@given(st.lists(folds(), min_size=1, max_size=5), st.integers(1, 4))
def test_withhold_when_the_same_is_learned_again_then_nothing_changes(
    seen: list[SubjectFold], person: int
) -> None:
    erased = withhold(reduce(join, seen), person)
    again = [withhold(fold, person) for fold in seen]
    # Two people who set one label in one second are the one case that has no order of its own.
    assert reduce(join, again, erased).author == erased.author
    assert reduce(join, again).title == erased.title
    assert reduce(join, again).marks == erased.marks
    assert withhold(erased, person) == erased


@given(st.lists(folds(), min_size=1, max_size=5), st.integers(1, 4))
def test_withhold_when_done_then_the_person_is_nowhere(
    seen: list[SubjectFold], person: int
) -> None:
    erased = withhold(reduce(join, seen), person)
    accounts = [group[2] for group in (erased.author, erased.merged_by) if group is not None]
    actors = [mark[2] for mark in (*erased.marks, *erased.labelled)]
    assert person not in [*accounts, *actors]


def test_withhold_when_the_author_is_erased_then_their_title_never_comes_back() -> None:
    erased = withhold(known(author=(3, 1, 7), title=(1, "mine")), 7)
    assert erased.author == (3, 1, WITHHELD)
    later = join(erased, known(title=(99, "mine, edited")))
    assert later.title is not None
    assert is_withheld_text(later.title)


def test_withhold_when_somebody_else_is_erased_then_the_title_stays() -> None:
    before = known(author=(3, 1, 7), title=(1, "mine"), merged_by=(3, 1, 8))
    assert withhold(before, 8).title == (1, "mine")
    assert withhold(before, 9) == before
