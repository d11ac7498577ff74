"""Time cut at every bound of every season, so that one grouping of items serves all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol


class Bounded(Protocol):
    """A season, as far as time is concerned: [starts_at, ends_at), None is unbounded."""

    @property
    def pk(self) -> int:
        """Return the season's id."""
        ...

    starts_at: int | None
    ends_at: int | None


@dataclass(frozen=True, slots=True)
class Segments:
    """`cuts` in rising order; segment n lies between cut n-1 and cut n.

    `spans` has (season id, first segment, last segment): a season is a run of whole segments.
    """

    cuts: tuple[int, ...]
    spans: tuple[tuple[int, int, int], ...]

    def sql(self, column: str) -> str:
        """Return the expression of the segment that an instant lies in."""
        if not self.cuts:
            return "0"
        whens = " ".join(f"WHEN {column} < {cut} THEN {n}" for n, cut in enumerate(self.cuts))
        return f"CASE {whens} ELSE {len(self.cuts)} END"


def segments(seasons: Iterable[Bounded]) -> Segments:
    """Cut time at the bounds of these seasons."""
    known = list(seasons)
    bounds = {bound for one in known for bound in (one.starts_at, one.ends_at)} - {None}
    cuts = tuple(sorted(bound for bound in bounds if bound is not None))
    place = {cut: n for n, cut in enumerate(cuts)}
    spans = tuple(
        (
            one.pk,
            0 if one.starts_at is None else place[one.starts_at] + 1,
            len(cuts) if one.ends_at is None else place[one.ends_at],
        )
        for one in known
    )
    return Segments(cuts, spans)
