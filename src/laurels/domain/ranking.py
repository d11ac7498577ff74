"""Who stands where: competition ranks, the order inside a tie, and ranks without counting people.

Boards list people with more than zero points. Equal points share a rank and the next rank counts
everybody above (1, 2, 2, 4). Inside a tie stands first who reached the points first (the latest
occurred_at among the standing items), then the login by its bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

BUCKET = 256
"""Points a histogram bucket spans: a rank reads the buckets above and the totals inside one."""

SECONDS_PER_DAY = 86_400


def order_key(points: int, reached_at: int, login: str) -> tuple[int, int, bytes]:
    """Give the sort key of a board: most points, then reached first, then login bytes."""
    return (-points, reached_at, login.encode())


def competition_ranks(points: Iterable[int]) -> list[int]:
    """Rank points that already stand in falling order: 1, 2, 2, 4; ValueError if they do not."""
    ranks: list[int] = []
    last: int | None = None
    for place, value in enumerate(points, start=1):
        if last is not None and value > last:
            raise ValueError("the points are not in falling order")
        ranks.append(ranks[-1] if value == last else place)
        last = value
    return ranks


def bucket_of(points: int) -> int:
    """Name the histogram bucket that a total falls into."""
    return points // BUCKET


def rank_of(
    points: int, bucket_counts_above: Iterable[int], counts_in_bucket_above: Iterable[int]
) -> int:
    """Give 1 + the people above: those of all higher buckets and of higher totals in this one.

    The two counts are the rows `bucket > bucket_of(points)` of the buckets and the rows
    `bucket_of(points) == bucket and total > points` of the totals. A total that is on no board
    (zero or less) is refused with ValueError.
    """
    if points <= 0:
        raise ValueError(f"{points} points have no rank")
    return 1 + sum(bucket_counts_above) + sum(counts_in_bucket_above)


class HistogramDelta(msgspec.Struct, frozen=True):
    """What a set of moves adds to the counts, by total and by bucket; zeros left out, sorted."""

    totals: dict[int, int]
    buckets: dict[int, int]


def histogram_delta(moves: Iterable[tuple[int | None, int | None]]) -> HistogramDelta:
    """Sum the moves of people (points before, points after) into changes of the counts.

    None and everything below one point mean: not on the board. Many moves through the same totals
    cancel, so that a batch writes each row once.
    """
    totals: dict[int, int] = {}
    for before, after in moves:
        if before == after:
            continue
        if before is not None and before > 0:
            totals[before] = totals.get(before, 0) - 1
        if after is not None and after > 0:
            totals[after] = totals.get(after, 0) + 1
    buckets: dict[int, int] = {}
    for total, change in totals.items():
        bucket = bucket_of(total)
        buckets[bucket] = buckets.get(bucket, 0) + change
    return HistogramDelta(_without_zeros(totals), _without_zeros(buckets))


class Histogram:
    """Counts of people by total and by bucket: the arithmetic that the histogram rows follow."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.totals: dict[int, int] = {}
        self.buckets: dict[int, int] = {}

    def apply(self, delta: HistogramDelta) -> None:
        """Add changes to the counts; ValueError, and nothing changed, if one would fall below 0."""
        totals = _added(self.totals, delta.totals)
        buckets = _added(self.buckets, delta.buckets)
        self.totals, self.buckets = totals, buckets

    def move(self, before: int | None, after: int | None) -> None:
        """Move one person from a total to another; None is off the board."""
        self.apply(histogram_delta([(before, after)]))

    def rank(self, points: int) -> int:
        """Give the rank of a total as the two-level reading of the rows gives it."""
        own = bucket_of(points)
        return rank_of(
            points,
            (count for bucket, count in self.buckets.items() if bucket > own),
            (
                count
                for total, count in self.totals.items()
                if total > points and bucket_of(total) == own
            ),
        )


class Gain(msgspec.Struct, frozen=True):
    """A person's points in the last days and in as many days before them."""

    person: str
    login: str
    recent: int
    before: int

    @property
    def change(self) -> int:
        """How many points more than before."""
        return self.recent - self.before


def rising_windows(until: int, days: int = 30) -> tuple[int, int, int]:
    """Give the instants that bound the windows: before is [first, second), recent to the third."""
    if days < 1:
        raise ValueError(f"a window needs at least one day, not {days}")
    span = days * SECONDS_PER_DAY
    return (until - 2 * span, until - span, until)


def rising(gains: Iterable[Gain]) -> list[tuple[int, Gain]]:
    """Rank the people whose points rose: the greatest rise first, then most recent, then login."""
    risen = sorted(
        (gain for gain in gains if gain.change > 0),
        key=lambda gain: (-gain.change, -gain.recent, gain.login.encode()),
    )
    return list(zip(competition_ranks(gain.change for gain in risen), risen, strict=True))


def movement(rank_now: int, rank_then: int | None) -> int | None:
    """Give the places gained since a snapshot: positive is up, None was not on the board then."""
    return None if rank_then is None else rank_then - rank_now


def _without_zeros(counts: Mapping[int, int]) -> dict[int, int]:
    return {key: counts[key] for key in sorted(counts) if counts[key]}


def _added(counts: Mapping[int, int], changes: Mapping[int, int]) -> dict[int, int]:
    added = dict(counts)
    for key, change in changes.items():
        added[key] = added.get(key, 0) + change
        if added[key] < 0:
            raise ValueError(f"the count at {key} would fall to {added[key]}")
        if not added[key]:
            del added[key]
    return added
