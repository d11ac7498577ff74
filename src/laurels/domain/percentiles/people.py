"""A population as people and as histograms: the pure reference of every build of a baseline.

Population = people with at least one eligible pull request. Everybody of it has the counts; a rate
where its denominator is not 0; a mean merge time where a merge has a known length; reviews, issues
and pushes where they are known (unknown is left out, never counted as zero).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from laurels.domain.metric_names import (
    DROP_RATE,
    HOUR_SECONDS,
    LATENCY,
    MERGE_RATE,
    MERGED,
    OPENED,
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_PUSHES,
    OSS_REVIEWS,
    TEN,
    Ratio,
    Value,
)
from laurels.domain.percentiles.baseline import Baseline, Thresholds
from laurels.domain.percentiles.composites import composite
from laurels.domain.percentiles.table import csv_checksum
from laurels.domain.percentiles.thresholds import (
    Histogram,
    Key,
    merged,
    moved,
    threshold_text,
    thresholds_of_histogram,
)

Triple = tuple[int, int, int]
"""Reviews, pull requests and issues of one person: what a composite is made of."""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """One person's whole numbers over the window.

    `ready` are the opened that are no drafts, `dropped` those of them closed unmerged; `timed` are
    the merges whose length is known, `merge_seconds` their lengths together. None is unknown.
    """

    opened: int
    merged: int = 0
    ready: int = 0
    dropped: int = 0
    timed: int = 0
    merge_seconds: int = 0
    reviews: int | None = None
    issues: int | None = None
    pushes: int | None = None

    def values(self) -> Iterator[tuple[str, Value]]:
        """Give the values that this person has, composites apart (they need thresholds)."""
        if self.opened < 1:
            return
        yield OPENED, self.opened
        yield OSS_PRS, self.opened
        yield MERGED, self.merged
        yield MERGE_RATE, Ratio(self.merged, self.opened)
        if self.ready:
            yield DROP_RATE, Ratio(self.dropped, self.ready)
        if self.timed:
            yield LATENCY, Ratio(self.merge_seconds, HOUR_SECONDS * self.timed)
        for name, count in (
            (OSS_REVIEWS, self.reviews),
            (OSS_ISSUES, self.issues),
            (OSS_PUSHES, self.pushes),
        ):
            if count is not None:
                yield name, count

    def triple(self) -> Triple | None:
        """Give what the composite is made of; None for nobody and where a part is unknown."""
        if self.opened < 1 or self.reviews is None or self.issues is None:
            return None
        return self.reviews, self.opened, self.issues


class Population(msgspec.Struct, frozen=True, kw_only=True):
    """Histograms of people: by the value of each metric, and by triple for the composite.

    Exact and mergeable: `plus` of disjoint groups of people equals counting them all; `after` moves
    single people, so that a day costs its own people. Plain enough for msgspec's MessagePack.
    """

    people: int = 0
    by_value: Mapping[str, Mapping[Key, int]] = {}
    by_triple: Mapping[Triple, int] = {}

    @classmethod
    def of(cls, people: Iterable[Person]) -> Population:
        """Count people; those without an eligible pull request belong to no population."""
        return cls().after((None, person) for person in people)

    def plus(self, other: Population) -> Population:
        """Count two groups that share nobody as one."""
        names = {**self.by_value, **other.by_value}
        triples = Counter(self.by_triple)
        triples.update(other.by_triple)
        return Population(
            people=self.people + other.people,
            by_value={
                name: merged(self.by_value.get(name, {}), other.by_value.get(name, {}))
                for name in names
            },
            by_triple=dict(triples),
        )

    def after(self, changes: Iterable[tuple[Person | None, Person | None]]) -> Population:
        """Count again after people changed: (before, after), None for one who was not there.

        ValueError where somebody leaves a value that nobody has: they were never counted.
        """
        moves: dict[str, list[tuple[Value | None, Value | None]]] = {}
        triples = Counter(self.by_triple)
        people = self.people
        for before, now in changes:
            for name, value in before.values() if before else ():
                moves.setdefault(name, []).append((value, None))
            for name, value in now.values() if now else ():
                moves.setdefault(name, []).append((None, value))
            for person, sign in ((before, -1), (now, 1)):
                if person is None:
                    continue
                people += sign * (person.opened >= 1)
                triple = person.triple()
                if triple is not None:
                    triples[triple] += sign
        by_value = dict(self.by_value)
        for name, changed in moves.items():
            by_value[name] = moved(by_value.get(name, {}), changed)
        return Population(
            people=people,
            by_value={name: counts for name, counts in by_value.items() if counts},
            by_triple={triple: count for triple, count in triples.items() if count},
        )

    def histograms(self) -> dict[str, Histogram]:
        """Give the histogram of every metric, the composite's made from the other thresholds."""
        found: dict[str, Histogram] = {
            name: self.by_value[name] for name in TEN if self.by_value.get(name)
        }
        if self.by_triple:
            found[OSS_COMPOSITE] = self._composites(found)
        return found

    def baseline(self, *, baseline_id: str, start: int, end: int, method: str) -> Baseline:
        """Make the baseline of these people; days are yyyymmdd, both included.

        Metrics that nobody has a value of are missing from it. ValueError when there are no people.
        """
        if not self.people:
            raise ValueError("a population of nobody has no baseline")
        thresholds = {
            name: Thresholds.of(
                name,
                (threshold_text(number) for number in thresholds_of_histogram(histogram)),
                sum(histogram.values()),
            )
            for name, histogram in self.histograms().items()
        }
        made = Baseline(
            id=baseline_id,
            start=start,
            end=end,
            method=method,
            checksum="",
            population=self.people,
            thresholds={name: thresholds[name] for name in TEN if name in thresholds},
        )
        return msgspec.structs.replace(made, checksum=csv_checksum(made))

    def _composites(self, found: Mapping[str, Histogram]) -> dict[Key, int]:
        scales = {
            name: Thresholds(name, (), thresholds_of_histogram(found[name]))
            for name in (OSS_REVIEWS, OSS_PRS, OSS_ISSUES)
        }
        known: dict[tuple[str, int], int] = {}

        def raw(name: str, count: int) -> int:
            key = (name, count)
            if key not in known:
                known[key] = scales[name].ends(count)[1]
            return known[key]

        total: dict[Key, int] = {}
        for (reviews, opened, issues), count in self.by_triple.items():
            value = composite(
                raw(OSS_REVIEWS, reviews), raw(OSS_PRS, opened), raw(OSS_ISSUES, issues)
            )
            assert value is not None
            key = (value.numerator, value.denominator)
            total[key] = total.get(key, 0) + count
        return total
