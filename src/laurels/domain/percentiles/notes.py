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
    OSS_COMPOSITE,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
)

WAVE_METRICS: Final = "wave-metrics/1"
"""The method of the published population of 2022-10-01 to 2025-09-30."""

SIMULATED: Final = "simulated"
"""The method of a population that the laboratory invented."""

LAURELS_GHARCHIVE: Final = "laurels-gharchive/1"
"""The method of `laurels baseline build`; whatever changes a figure gets another number."""

LAURELS_PROGRAM: Final = f"{LAURELS_GHARCHIVE}/program"
"""The same definitions over a program's own facts: its people, not all of GitHub."""

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
_OWN = (
    "The population is this program's own people by what happened in its repositories; a person's "
    "figure is of all of GitHub."
)
_WHOLE_HOURS = (
    "The population's merge times are cut to whole hours; a person's are exact to the second."
)
_BUILT_SEEN = (
    f"{_SEEN} What the archive missed, and since October 2025 whose author or day it no longer "
    "tells, is left out."
)
_BUILT_EVENTS = (
    "The population counts public events of GH Archive between its two days; a person's count is "
    "the profile's own, over three years to the day."
)
_NOTES: Mapping[str, Mapping[str, str]] = {
    LAURELS_PROGRAM: {name: _OWN for name in NINE if name != OSS_COMPOSITE},
    LAURELS_GHARCHIVE: {
        OPENED: _BUILT_SEEN,
        OSS_PRS: _BUILT_SEEN,
        MERGED: _BUILT_SEEN,
        MERGE_RATE: _BUILT_SEEN,
        DROP_RATE: (
            "In the population a pull request is a draft by the newest event that tells, and none "
            "where nothing does; a person's is one that is a draft now."
        ),
        LATENCY: _WHOLE_HOURS,
        OSS_REVIEWS: _BUILT_EVENTS,
        OSS_ISSUES: _BUILT_EVENTS,
    },
    WAVE_METRICS: {
        OPENED: _SEEN,
        OSS_PRS: _SEEN,
        MERGED: _SEEN,
        MERGE_RATE: _SEEN,
        DROP_RATE: (
            "The population's drop rate divides by all opened pull requests, and leaves out what "
            "ever was a draft; a person's divides by those that are no drafts now."
        ),
        LATENCY: _WHOLE_HOURS,
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
    """Give the known differences of a method by metric; none for one that is not known."""
    return _NOTES.get(method, {})
