"""Where a population was measured otherwise than a person is: sentences beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    MERGED,
    NINE,
    OPENED,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
)

WAVE_METRICS: Final = "wave-metrics/1"
"""The method of the published population of 2022-10-01 to 2025-09-30."""

SIMULATED: Final = "simulated"
"""The method of a population that the laboratory invented."""

UNTOLD: Final = "csv"
"""The method of a file of which nobody told how it was made."""

_PUBLISHED: Final = {
    "8f4c44c137397602afd4df5143e01866312e278a01d1ce8f442941f8f851a2fd": WAVE_METRICS,
}
"""Populations that are known by what is in them: checksum of our CSV of them → method."""

_SEEN = (
    "The population's pull requests are those of GH Archive that somebody, the author included, "
    "commented on or reviewed."
)
_EVENTS = (
    "The population counts public events of GH Archive; a person's count is the profile's own, "
    "over three years to the day."
)
_NOTES: Mapping[str, Mapping[str, str]] = {
    WAVE_METRICS: {
        OPENED: _SEEN,
        OSS_PRS: _SEEN,
        MERGED: _SEEN,
        MERGE_RATE: _SEEN,
        DROP_RATE: (
            "The population's drop rate divides by all opened pull requests, and leaves out what "
            "ever was a draft; a person's divides by those that are no drafts now."
        ),
        LATENCY: (
            "The population's merge times are cut to whole hours; a person's are exact to the "
            "second."
        ),
        OSS_REVIEWS: _EVENTS,
        OSS_ISSUES: _EVENTS,
    },
    SIMULATED: dict.fromkeys(
        NINE,
        "This population is invented, an illustration: it says nothing about anybody on GitHub.",
    ),
}


def method_of(content: str) -> str:
    """Give the method of a population by the checksum of our CSV of it; `csv` where not known."""
    return _PUBLISHED.get(content, UNTOLD)


def notes(method: str) -> Mapping[str, str]:
    """Give the known differences of a method by metric; none for a method of our own."""
    return _NOTES.get(method, {})
