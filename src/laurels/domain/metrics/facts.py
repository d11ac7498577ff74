"""What is known of a person: pull requests, and counts of the profile. None is unknown."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from laurels.domain.metrics.window import year_spans
from laurels.domain.percentiles import Mode


class Eligibility(StrEnum):
    """Whose comment or review makes a pull request count.

    BY_ANYBODY is the plain rule of the published population; BY_OTHERS asks for somebody who is
    neither the author nor a bot.
    """

    BY_ANYBODY = "by_anybody"
    BY_OTHERS = "by_others"


def eligibility_of(mode: Mode) -> Eligibility:
    """Give the rule of a mode: by others where ties are read fairly, plain where compatible."""
    return Eligibility.BY_OTHERS if mode is Mode.FAIR else Eligibility.BY_ANYBODY


class PullRequest(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One pull request as it is now; instants in whole seconds, None where unknown.

    `id` names it to evidence and must not repeat. `state` is "open", "closed" (unmerged) or
    "merged". `comments` and `reviews` count anybody's, `others_…` those by people other than the
    author (no bots).
    """

    id: int
    created_at: int | None
    state: str
    merged_at: int | None = None
    is_draft: bool | None = False
    comments: int | None = None
    reviews: int | None = None
    others_comments: int | None = None
    others_reviews: int | None = None


class YearCounts(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """The profile's counts over one span of at most a year; None where unknown."""

    start: int
    end: int
    reviews: int | None
    issues: int | None


class Profile(msgspec.Struct, frozen=True):
    """The counts of three adjoining one-year spans, earliest first; an empty tuple is none read.

    Where only their sum was kept, one span of all three years stands for them.

    A private profile shows zeros that mean nothing: it is told by `is_private`, never by counts.
    """

    spans: tuple[YearCounts, ...] = ()
    is_private: bool = False

    @property
    def until(self) -> int | None:
        """The end of the last span: the instant that the counts are as of."""
        return self.spans[-1].end if self.spans else None

    def reviews(self, now: int) -> int | None:
        """Sum the reviews; None where private, or where three years before `now` are not known."""
        return self._sum([one.reviews for one in self.spans], now)

    def issues(self, now: int) -> int | None:
        """Sum the issues opened; None as for the reviews."""
        return self._sum([one.issues for one in self.spans], now)

    def _sum(self, counts: list[int | None], now: int) -> int | None:
        until = self.until
        if self.is_private or until is None or until > now:
            return None
        years = year_spans(until)
        read = tuple((one.start, one.end) for one in self.spans)
        if read not in (years, ((years[0].start, years[-1].end),)):
            return None
        known = [count for count in counts if count is not None]
        return sum(known) if len(known) == len(counts) else None
