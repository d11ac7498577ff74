"""Where a population was measured otherwise than a person is: sentences beside the figures."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    MERGED,
    OPENED,
    OSS_ISSUES,
    OSS_PRS,
    OSS_REVIEWS,
)

WAVE_METRICS: Final = "wave-metrics/1"
"""The method of the published population of 2022-10-01 to 2025-09-30."""

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
    }
}


def notes(method: str) -> Mapping[str, str]:
    """Give the known differences of a method by metric; none for a method of our own."""
    return _NOTES.get(method, {})
