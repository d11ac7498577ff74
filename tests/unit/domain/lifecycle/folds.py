"""Folds for the tests of the lifecycle: by hand, and at random with many collisions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from laurels.domain.lifecycle.fold import MarkKind, SubjectFold

REPOSITORY, NUMBER = 11, 4


def known(**groups: Any) -> SubjectFold:
    """A shown pull request with only these groups known."""
    return SubjectFold(REPOSITORY, NUMBER, **({"is_pull_request": True, "is_shown": True} | groups))


def known_issue(**groups: Any) -> SubjectFold:
    """A shown issue with only these groups known."""
    return known(is_pull_request=False, **groups)


# Few seconds and few people, so that ties happen all the time.
TIMES = st.integers(1, 4)
PEOPLE = st.integers(1, 4)
WORDS = st.sampled_from(["a", "b", "c"])


def _maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.none() | strategy


@st.composite
def folds(draw: st.DrawFn, author: int = 1) -> SubjectFold:
    """One observation's worth of anything; its author, where known, is always the same person."""
    authors = st.tuples(st.integers(1, 3), TIMES, st.just(author))
    return SubjectFold(
        REPOSITORY,
        NUMBER,
        draw(st.sampled_from([None, True, False])),
        draw(st.booleans()),
        draw(_maybe(TIMES)),
        draw(_maybe(TIMES)),
        draw(_maybe(TIMES)),
        draw(_maybe(st.tuples(TIMES, st.booleans(), _maybe(TIMES)))),
        draw(_maybe(st.tuples(TIMES, _maybe(WORDS), _maybe(TIMES)))),
        draw(_maybe(st.tuples(TIMES, TIMES, TIMES, _maybe(TIMES)))),
        draw(_maybe(st.tuples(TIMES, st.integers(0, 2), _labels()))),
        draw(_maybe(st.tuples(TIMES, WORDS))),
        draw(_maybe(st.tuples(TIMES, st.booleans()))),
        draw(_maybe(st.tuples(TIMES, WORDS))),
        draw(_maybe(authors)),
        draw(_maybe(authors)),
        draw(_marks()),
        draw(_labelled()),
    )


def _labels() -> st.SearchStrategy[tuple[str, ...]]:
    return st.sets(WORDS).map(lambda words: tuple(sorted(words)))


def _marks() -> st.SearchStrategy[tuple[Any, ...]]:
    mark = st.tuples(st.sampled_from([int(kind) for kind in MarkKind]), TIMES, _maybe(PEOPLE))
    return st.lists(mark, max_size=1).map(tuple)


def _labelled() -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(st.tuples(WORDS, TIMES, PEOPLE), max_size=1).map(tuple)
