"""A person's pull requests in columns: ten thousand are read, counted and hashed without objects.

A *kind* is everything about a pull request but its name and its times, as one whole number: six
digits of base 3, the least first: state (open, closed, merged), draft (unknown, no, yes), then
comments, reviews, others' comments and others' reviews (unknown, none, some). How many there are
decides nothing, so it is not kept: as objects, "some" is 1.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import islice
from operator import itemgetter, lt
from typing import Final, TypeAlias, overload

from laurels.domain.metrics.facts import PullRequest

KINDS: Final = 3**6
"""How many kinds there are."""

STATES: Final = ("open", "closed", "merged")
_DRAFT: Final = (None, False, True)
_SOME: Final = (None, 0, 1)

Ids: TypeAlias = Sequence[int]
Times: TypeAlias = Sequence[int | None]
_Parts: TypeAlias = tuple[str, bool | None, int | None, int | None, int | None, int | None]


class Pulls(Sequence[PullRequest]):
    """Columns of one length, never changed: ids, times of creation and of merging, kinds."""

    __slots__ = ("created", "ids", "kinds", "merged")

    def __init__(self, ids: Ids, created: Times, merged: Times, kinds: Sequence[int]) -> None:
        self.ids = ids
        self.created = created
        self.merged = merged
        self.kinds = kinds

    @classmethod
    def of(cls, pull_requests: Iterable[PullRequest]) -> Pulls:
        """Put objects into columns; columns stay what they are."""
        if isinstance(pull_requests, cls):
            return pull_requests
        rows = [(one.id, one.created_at, one.merged_at, kind_of(one)) for one in pull_requests]
        return cls(*zip(*rows, strict=True)) if rows else cls((), (), (), ())

    def in_order(self) -> Pulls:
        """Order by id: the same for the same pull requests. Databases give most in this order."""
        ids = self.ids
        if all(map(lt, ids, islice(ids, 1, None))):
            return self
        pick = itemgetter(*sorted(range(len(ids)), key=ids.__getitem__))
        return Pulls(pick(ids), pick(self.created), pick(self.merged), pick(self.kinds))

    def __len__(self) -> int:
        return len(self.ids)

    @overload
    def __getitem__(self, at: int) -> PullRequest: ...

    @overload
    def __getitem__(self, at: slice) -> Pulls: ...

    def __getitem__(self, at: int | slice) -> PullRequest | Pulls:
        if isinstance(at, slice):
            return Pulls(self.ids[at], self.created[at], self.merged[at], self.kinds[at])
        return _pull(self.ids[at], self.created[at], self.merged[at], self.kinds[at])

    def __iter__(self) -> Iterator[PullRequest]:
        return map(_pull, self.ids, self.created, self.merged, self.kinds)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Pulls):
            return NotImplemented
        return list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


def kind_of(one: PullRequest) -> int:
    """Give the kind of a pull request."""
    counts = (one.comments, one.reviews, one.others_comments, one.others_reviews)
    kind = 0
    for count in reversed(counts):
        kind = 3 * kind + (0 if count is None else 2 if count else 1)
    return 3 * (3 * kind + _DRAFT.index(one.is_draft)) + STATES.index(one.state)


def like(kind: int, created_at: int | None) -> PullRequest:
    """Give a nameless pull request of a kind, not merged at any known time."""
    return _pull(0, created_at, None, kind)


@cache
def _parts(kind: int) -> _Parts:
    digits = [kind // 3**place % 3 for place in range(6)]
    first, second, third, fourth = (_SOME[one] for one in digits[2:])
    return STATES[digits[0]], _DRAFT[digits[1]], first, second, third, fourth


def _pull(pk: int, created_at: int | None, merged_at: int | None, kind: int) -> PullRequest:
    state, is_draft, *counts = _parts(kind)
    return PullRequest(pk, created_at, state, merged_at, is_draft, *counts)
