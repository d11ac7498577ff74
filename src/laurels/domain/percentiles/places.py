"""Modes, bins and the place of one value: all in tenths of a per cent, as whole numbers."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from laurels.kit.fixed import round_half_even

HIGHEST: Final = 1_000
"""100 per cent, in tenths."""

MOST_SHOWN: Final = 999
"""No percentile is shown above 99.9: nobody is above everybody, themselves included."""


class Mode(StrEnum):
    """How ties and lower-is-better are read; FAIR is the default."""

    RAW = "raw"
    INVERTED = "inverted"
    FAIR = "fair"


class Bin(StrEnum):
    """A percentile in words; the top one's name depends on the mode."""

    VERY_LOW = "Very Low"
    LOW = "Low"
    MEDIUM = "Medium"
    HIGH = "High"
    VERY_HIGH = "Very High"
    EXTREMELY_HIGH = "Extremely High"
    EXCEPTIONAL = "Exceptional"


_BELOW = (
    (250, Bin.VERY_LOW),
    (500, Bin.LOW),
    (750, Bin.MEDIUM),
    (900, Bin.HIGH),
    (990, Bin.VERY_HIGH),
)


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where a value stands; percentiles in tenths of a per cent (567 is 56.7).

    `low_tenths` and `high_tenths` bound the tie on the scale that the percentile is shown on: where
    lower is better and the mode turns the scale, they are turned too, so that the percentile lies
    between them. They are not clamped: a value that is better than the whole population has both
    ends at 100 and is shown at 99.9. `population` is n of the baseline, None where never told.
    """

    metric: str
    mode: Mode
    percentile_tenths: int
    low_tenths: int
    high_tenths: int
    bin: Bin
    lower_is_better: bool
    population: int | None

    @property
    def percentile(self) -> float:
        """The percentile as shown, 0 to 99.9."""
        return self.percentile_tenths / 10

    @property
    def low(self) -> float:
        """The lower end of the tie, 0 to 100."""
        return self.low_tenths / 10

    @property
    def high(self) -> float:
        """The upper end of the tie, 0 to 100."""
        return self.high_tenths / 10

    @property
    def middle(self) -> float:
        """The middle of the tie, neither rounded nor clamped: to half a tenth."""
        return (self.low_tenths + self.high_tenths) / 20

    @property
    def tied(self) -> float:
        """The share of people with this value, in per cent, to a tenth."""
        return (self.high_tenths - self.low_tenths) / 10


def bin_of(shown_tenths: int, mode: Mode) -> Bin:
    """Name the bin of a shown percentile in tenths; the top is Extremely High in raw mode."""
    for below, name in _BELOW:
        if shown_tenths < below:
            return name
    return Bin.EXTREMELY_HIGH if mode is Mode.RAW else Bin.EXCEPTIONAL


def place_of(
    metric: str,
    mode: Mode,
    low_tenths: int,
    high_tenths: int,
    *,
    lower_is_better: bool,
    population: int | None,
) -> Place:
    """Turn the two ends of a tie, in tenths as looked up, into the place that `mode` shows.

    Source: spec/metrics.md §2. Raw and inverted show the upper end as looked up (inverted turns it
    where lower is better); fair shows the middle of both, a half of a tenth to the even one.
    """
    low, high, shown = low_tenths, high_tenths, high_tenths
    if lower_is_better and mode is not Mode.RAW:
        low, high, shown = HIGHEST - high_tenths, HIGHEST - low_tenths, HIGHEST - high_tenths
    if mode is Mode.FAIR:
        shown = round_half_even(low + high, 2)
    shown = min(max(shown, 0), MOST_SHOWN)
    return Place(
        metric=metric,
        mode=mode,
        percentile_tenths=shown,
        low_tenths=low,
        high_tenths=high,
        bin=bin_of(shown, mode),
        lower_is_better=lower_is_better,
        population=population,
    )
