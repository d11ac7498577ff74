"""A baseline: one dated population as sorted thresholds, looked up by bisection.

A threshold keeps the text that the file has (what is written back is what was read) beside the
binary64 nearest to it, which is what values are compared with. Two texts of one value in a file
made by dividing binary64 numbers are the same number, so ties are found. Composites are the one
exception: the published population added three products in binary64, which left 58.430000000000007
where 58.43 is meant. They lie on thousandths by definition, so a threshold within a thousand
millionth of a thousandth is compared as that thousandth; its text stays.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Final

import msgspec

from laurels.domain.metric_names import LOWER_IS_BETTER, OSS_COMPOSITE, Value, number_of
from laurels.domain.percentiles.places import Mode, Place, place_of

_NEAR: Final = 1e-9


class Thresholds(msgspec.Struct, frozen=True):
    """The 1,001 thresholds of one metric: texts as told, numbers as compared, both ascending.

    `population` counts the people with a value of this metric, None where it is not known.
    """

    metric: str
    texts: tuple[str, ...]
    numbers: tuple[float, ...]
    population: int | None = None

    @classmethod
    def of(cls, metric: str, texts: Iterable[str], population: int | None = None) -> Thresholds:
        """Read the texts of one metric, lowest percentile first; ValueError for no number."""
        texts = tuple(texts)
        return cls(metric, texts, tuple(_meant(metric, float(text)) for text in texts), population)

    def ends(self, number: float) -> tuple[int, int]:
        """Give the tie of a number in tenths: the greatest p with threshold < it, and with ≤ it.

        Zero stands for none. The two are F just below the number and F at it, each rounded down to
        a tenth of a per cent, F being the population's distribution (scipy's percentileofscore
        calls them strict and weak).
        """
        low = bisect_left(self.numbers, number) - 1
        high = bisect_right(self.numbers, number) - 1
        return max(low, 0), max(high, 0)


class Baseline(msgspec.Struct, frozen=True, kw_only=True):
    """A population between two days (yyyymmdd, both included) and where values stand in it.

    `method` names how it was made, `checksum` is the SHA-256 of the CSV it was read from or is
    written as, `population` counts its people (None where never told). A baseline of a file has all
    ten metrics; one that a program makes of its own people may lack some.
    """

    id: str
    start: int
    end: int
    method: str
    checksum: str
    thresholds: Mapping[str, Thresholds]
    population: int | None = None

    def raw_tenths(self, metric: str, value: Value | None) -> int | None:
        """Give the greatest percentile, in tenths and not clamped, whose threshold is ≤ the value.

        None for None, and for a metric that this baseline lacks.
        """
        held = self.thresholds.get(metric)
        if value is None or held is None:
            return None
        return held.ends(_meant(metric, number_of(value)))[1]

    def place(self, metric: str, value: Value | None, mode: Mode = Mode.FAIR) -> Place | None:
        """Say where a value stands; None for None, and for a metric that this baseline lacks."""
        return None if value is None else self.place_number(metric, number_of(value), mode)

    def place_number(self, metric: str, number: float, mode: Mode = Mode.FAIR) -> Place | None:
        """Say where a number as typed or shown stands; ValueError for one that is not finite."""
        if not isfinite(number):
            raise ValueError(f"{number} has no place: it is not finite")
        held = self.thresholds.get(metric)
        if held is None:
            return None
        low, high = held.ends(_meant(metric, number))
        return place_of(
            metric,
            mode,
            low,
            high,
            lower_is_better=metric in LOWER_IS_BETTER,
            population=self.population if held.population is None else held.population,
        )


def checksum_of(chunks: Iterable[bytes]) -> str:
    """Give the SHA-256 of the bytes of a CSV as 64 hexadecimal digits."""
    digest = hashlib.sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _meant(metric: str, number: float) -> float:
    if metric != OSS_COMPOSITE:
        return number
    near = round(number * 1000) / 1000
    return near if abs(number - near) < _NEAR else number
