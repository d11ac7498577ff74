"""Why a metric has no percentile: a stable code and a sentence with the person's own figures."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

import msgspec

from laurels.domain.metrics.window import CoverageShare

OPENED_LEAST: Final = 20
READY_LEAST: Final = 20
MERGED_LEAST: Final = 20
ACTIVITY_LEAST: Final = 10


class Code(StrEnum):
    """The stable codes; the first that applies is told."""

    WINDOW_UNCOVERED = "window-uncovered"
    WINDOW_PARTLY_COVERED = "window-partly-covered"
    ELIGIBILITY_UNKNOWN = "eligibility-unknown"
    NO_ELIGIBLE = "no-eligible-pull-request"
    TOO_FEW_OPENED = "too-few-opened"
    DRAFTS_UNKNOWN = "drafts-unknown"
    TOO_FEW_READY = "too-few-ready"
    TOO_FEW_MERGED = "too-few-merged"
    MERGE_TIMES_UNKNOWN = "merge-times-unknown"
    PROFILE_PRIVATE = "profile-private"
    PROFILE_UNREAD = "profile-unread"
    ACTIVITY_TOO_LOW = "activity-too-low"
    NO_BASELINE = "no-baseline"
    NOT_IN_BASELINE = "not-in-baseline"


class Reason(msgspec.Struct, frozen=True):
    """A code and its sentence."""

    code: Code
    sentence: str


WINDOW_UNCOVERED: Final = Reason(
    Code.WINDOW_UNCOVERED, "Nothing of the window has been read from GitHub yet."
)
ELIGIBILITY_UNKNOWN: Final = Reason(
    Code.ELIGIBILITY_UNKNOWN, "Whether any pull request has a comment or a review is not known."
)
NO_ELIGIBLE: Final = Reason(
    Code.NO_ELIGIBLE, "No pull request of the window has a comment or a review."
)
NO_ELIGIBLE_BY_OTHERS: Final = Reason(
    Code.NO_ELIGIBLE, "No pull request of the window has a comment or a review by somebody else."
)
DRAFTS_UNKNOWN: Final = Reason(
    Code.DRAFTS_UNKNOWN, "Of some pull requests it is not known whether they are drafts."
)
MERGE_TIMES_UNKNOWN: Final = Reason(
    Code.MERGE_TIMES_UNKNOWN, "How long the merges took is not known of any."
)
PROFILE_PRIVATE: Final = Reason(
    Code.PROFILE_PRIVATE, "The profile is private: GitHub does not tell its reviews and issues."
)
PROFILE_UNREAD: Final = Reason(
    Code.PROFILE_UNREAD, "The profile's reviews and issues have not been read for all three years."
)
NO_BASELINE: Final = Reason(Code.NO_BASELINE, "There is no population to compare with.")
NOT_IN_BASELINE: Final = Reason(
    Code.NOT_IN_BASELINE, "The population was not measured in this metric."
)


def none_so_far(share: CoverageShare) -> Reason:
    """Say that none was found where much is still unread: that is not none."""
    return Reason(
        Code.WINDOW_PARTLY_COVERED,
        f"Only {share.words} of the window have been read, and no pull request in them counts.",
    )


def too_few_opened(count: int, share: CoverageShare) -> Reason:
    """Say how many opened pull requests there are of the twenty."""
    return _too_few(Code.TOO_FEW_OPENED, OPENED_LEAST, "opened pull requests", count, share)


def too_few_ready(count: int, share: CoverageShare) -> Reason:
    """Say how many pull requests that are no drafts there are of the twenty."""
    of = "pull requests that are no drafts"
    return _too_few(Code.TOO_FEW_READY, READY_LEAST, of, count, share)


def too_few_merged(count: int, share: CoverageShare) -> Reason:
    """Say how many merged pull requests there are of the twenty."""
    return _too_few(Code.TOO_FEW_MERGED, MERGED_LEAST, "merged pull requests", count, share)


def activity_too_low(activity: int, share: CoverageShare) -> Reason:
    """Say what the activity is of the ten."""
    of = "pull requests, reviews and issues together"
    return _too_few(Code.ACTIVITY_TOO_LOW, ACTIVITY_LEAST, of, activity, share)


def _too_few(code: Code, least: int, of: str, count: int, share: CoverageShare) -> Reason:
    there = "is" if count == 1 else "are"
    read = "" if share.is_full else f" in the {share.words} read"
    return Reason(code, f"Given from {least} {of}; there {there} {count}{read}.")
