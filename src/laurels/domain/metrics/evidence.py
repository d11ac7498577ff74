"""Which pull requests stand behind a number: what was counted, out of what, what was left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from laurels.domain.metric_names import (
    DROP_RATE,
    LATENCY,
    MERGE_RATE,
    MERGED,
    NINE,
    OPENED,
    OSS_COMPOSITE,
    OSS_PRS,
)
from laurels.domain.metrics.facts import Eligibility, PullRequest
from laurels.domain.metrics.tally import Judged, judge, merge_length
from laurels.domain.windows import Window

_WITH_PULL_REQUESTS = frozenset({OPENED, MERGED, MERGE_RATE, DROP_RATE, LATENCY, OSS_PRS})


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """Ids in the order given. `counted` ÷ `of` is the value of a rate; of a count `of` is the same.

    `assumed` are those of `of` that stand on anybody's comments because others were not told apart.
    `left_out` is reason → ids: outside, undated, ineligible, undecided.
    """

    metric: str
    counted: tuple[int, ...]
    of: tuple[int, ...]
    assumed: tuple[int, ...]
    left_out: Mapping[str, tuple[int, ...]]


def evidence(
    metric: str, pull_requests: Iterable[PullRequest], window: Window, rule: Eligibility
) -> Evidence:
    """List the pull requests behind one metric; ValueError for a name that is none of the nine.

    Reviews and issues are counts of the profile, so none stand behind them; the composite's are
    those of its pull requests.
    """
    if metric not in NINE:
        raise ValueError(f"{metric!r} is no metric of a person")
    counted: list[int] = []
    of: list[int] = []
    assumed: list[int] = []
    left: dict[str, list[int]] = {}
    if metric in _WITH_PULL_REQUESTS or metric == OSS_COMPOSITE:
        for one in pull_requests:
            judged = judge(one, window, rule)
            if judged > Judged.ASSUMED:
                left.setdefault(judged.name.lower(), []).append(one.id)
                continue
            is_of, is_counted = part_of(metric, one)
            if is_of:
                of.append(one.id)
                if judged is Judged.ASSUMED:
                    assumed.append(one.id)
            if is_counted:
                counted.append(one.id)
    return Evidence(
        metric=metric,
        counted=tuple(counted),
        of=tuple(of),
        assumed=tuple(assumed),
        left_out={name: tuple(ids) for name, ids in sorted(left.items())},
    )


def part_of(metric: str, one: PullRequest) -> tuple[bool, bool]:
    """Say whether an eligible pull request is among those a metric is of, and is counted in it."""
    is_merged = one.state == "merged"
    if metric == MERGED:
        return is_merged, is_merged
    if metric == MERGE_RATE:
        return True, is_merged
    if metric == DROP_RATE:
        is_ready = one.is_draft is False
        return is_ready, is_ready and one.state == "closed"
    if metric == LATENCY:
        is_timed = merge_length(one) is not None
        return is_timed, is_timed
    return True, True
