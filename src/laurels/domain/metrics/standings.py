"""What one pull request is to a metric: counted, part of the whole, or left out and why."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from laurels.domain.metric_names import DROP_RATE, LATENCY
from laurels.domain.metrics.evidence import part_of
from laurels.domain.metrics.facts import Eligibility, PullRequest
from laurels.domain.metrics.tally import Judged, judge
from laurels.domain.windows import Window


class Role(StrEnum):
    """The stable codes: of a rate COUNTED ones are above the line and OF ones below it alone."""

    COUNTED = "counted"
    OF = "of"
    NOT_OF = "not-of"
    INELIGIBLE = "ineligible"
    UNDECIDED = "undecided"
    UNDATED = "undated"
    OUTSIDE = "outside"


class Standing(msgspec.Struct, frozen=True, kw_only=True):
    """The role of a pull request, in a sentence too; `is_assumed` as in `Evidence`."""

    role: Role
    is_assumed: bool
    sentence: str


_LEFT_OUT = {
    Judged.OUTSIDE: (Role.OUTSIDE, "It was not opened inside the window."),
    Judged.UNDATED: (Role.UNDATED, "When it was opened is not known."),
    Judged.UNDECIDED: (Role.UNDECIDED, "Whether it has a comment or a review is not known."),
}
_INELIGIBLE = {
    Eligibility.BY_ANYBODY: "It has no comment and no review.",
    Eligibility.BY_OTHERS: "Nobody else who is no robot commented on it or reviewed it.",
}
_ASSUMED = " Who commented on it was never told: anybody's comment is taken."


def standing(metric: str, one: PullRequest, window: Window, rule: Eligibility) -> Standing:
    """Say what a pull request is to one of the metrics that are made of pull requests."""
    judged = judge(one, window, rule)
    if judged is Judged.INELIGIBLE:
        return Standing(role=Role.INELIGIBLE, is_assumed=False, sentence=_INELIGIBLE[rule])
    if judged in _LEFT_OUT:
        role, sentence = _LEFT_OUT[judged]
        return Standing(role=role, is_assumed=False, sentence=sentence)
    is_of, is_counted = part_of(metric, one)
    is_assumed = judged is Judged.ASSUMED
    if is_counted:
        role, sentence = Role.COUNTED, "It counts."
    elif is_of:
        role, sentence = Role.OF, _below(metric, one)
    else:
        role, sentence = Role.NOT_OF, _beyond(metric, one)
    told = sentence + (_ASSUMED if is_assumed else "")
    return Standing(role=role, is_assumed=is_assumed, sentence=told)


def _below(metric: str, one: PullRequest) -> str:
    state = "was merged" if one.state == "merged" else f"is {one.state}"
    missing = "closed without a merge" if metric == DROP_RATE else "merged"
    return f"It is one of those the rate is of; it {state}, so it is none of the {missing}."


def _beyond(metric: str, one: PullRequest) -> str:
    if metric == DROP_RATE:
        known = "It is a draft" if one.is_draft else "Whether it is a draft is not known"
        return f"{known}, and drafts are left out of this rate."
    if metric == LATENCY and one.state == "merged":
        return "How long its merge took is not known."
    return "It has not been merged."
