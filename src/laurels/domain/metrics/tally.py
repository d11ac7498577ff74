"""Counting a person's pull requests once: which are eligible, and the whole numbers of all metrics.

A pull request counts by its creation inside the window and by a comment or a review. Under
BY_OTHERS one whose other people were never told apart falls back on anybody's counts and is counted
in `assumed`; one whose counts are unknown altogether is left out and counted in `undecided`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from enum import IntEnum

import msgspec

from laurels.domain.metrics.facts import Eligibility, PullRequest
from laurels.domain.metrics.pulls import KINDS, STATES, Pulls, like
from laurels.domain.windows import Window

_OPEN = STATES.index("open")


class Judged(IntEnum):
    """What became of one pull request; ASSUMED counts like ELIGIBLE."""

    ELIGIBLE = 0
    ASSUMED = 1
    OUTSIDE = 2
    UNDATED = 3
    INELIGIBLE = 4
    UNDECIDED = 5


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """Whole numbers over the eligible pull requests of one window.

    `ready` are no drafts, `dropped` those of them closed unmerged, `drafts_unknown` those of which
    it is not known; `timed` are the merges with merged_at ≥ created_at, `merge_seconds` their
    lengths together. `outside`, `undated`, `ineligible` and `undecided` were left out.
    """

    opened: int = 0
    merged: int = 0
    ready: int = 0
    dropped: int = 0
    drafts_unknown: int = 0
    timed: int = 0
    merge_seconds: int = 0
    assumed: int = 0
    outside: int = 0
    undated: int = 0
    ineligible: int = 0
    undecided: int = 0


class Times(msgspec.Struct, frozen=True):
    """Of the same pull requests: how long the merges took, and how long the open ones wait.

    Seconds, in no order. Waiting ends with the window.
    """

    merged: list[int]
    waiting: list[int]


def judge(one: PullRequest, window: Window, rule: Eligibility) -> Judged:
    """Decide whether one pull request counts."""
    return _judge(one, window.start, window.end, rule is Eligibility.BY_OTHERS)


def eligible(
    pull_requests: Iterable[PullRequest], window: Window, rule: Eligibility
) -> Iterator[PullRequest]:
    """Give the pull requests that count."""
    return (one for one in pull_requests if judge(one, window, rule) <= Judged.ASSUMED)


def tally(pull_requests: Iterable[PullRequest], window: Window, rule: Eligibility) -> Tally:
    """Count under one rule, in one pass."""
    return _count(_groups(Pulls.of(pull_requests), window), window, rule)


def tallies(pull_requests: Iterable[PullRequest], window: Window) -> dict[Eligibility, Tally]:
    """Count under every rule, in one pass over the pull requests."""
    return {rule: counted for rule, (counted, _) in counts(pull_requests, window).items()}


def counts(
    pull_requests: Iterable[PullRequest], window: Window
) -> dict[Eligibility, tuple[Tally, Times]]:
    """Count under every rule, and collect the times, in one pass over the pull requests."""
    groups = _groups(Pulls.of(pull_requests), window)
    return {
        rule: (_count(groups, window, rule), _times(groups, window, rule)) for rule in Eligibility
    }


class _Group(msgspec.Struct, frozen=True):
    """Pull requests that every rule judges alike: one like them, how many, and their times.

    `times` are the lengths of merges, in seconds, or the instants at which open ones were opened.
    """

    one: PullRequest
    count: int
    times: Sequence[int] = ()


def _groups(pulls: Pulls, window: Window) -> list[_Group]:
    """Sort into kinds: of ten thousand pull requests there are a few dozen."""
    start, end = window
    counted = [0] * KINDS
    times: defaultdict[int, list[int]] = defaultdict(list)
    undated = outside = 0
    for created, merged, kind in zip(pulls.created, pulls.merged, pulls.kinds, strict=True):
        if created is None:
            undated += 1
        elif start <= created < end:
            counted[kind] += 1
            if kind % len(STATES) == _OPEN:
                times[kind].append(created)
            elif merged is not None and merged >= created:
                times[kind].append(merged - created)
        else:
            outside += 1
    # Those left out are alike whatever their kind.
    groups = [_Group(like(0, None), undated), _Group(like(0, end), outside)]
    for kind, count in enumerate(counted):
        if count:
            groups.append(_Group(like(kind, start), count, times[kind]))
    return groups


def _count(groups: Iterable[_Group], window: Window, rule: Eligibility) -> Tally:
    kinds = [0] * len(Judged)
    opened = merged = ready = dropped = drafts_unknown = timed = seconds = 0
    for group in groups:
        one, count = group.one, group.count
        judged = judge(one, window, rule)
        kinds[judged] += count
        if judged > Judged.ASSUMED:
            continue
        opened += count
        if one.is_draft is None:
            drafts_unknown += count
        elif not one.is_draft:
            ready += count
            dropped += count if one.state == "closed" else 0
        if one.state == "merged":
            merged += count
            timed += len(group.times)
            seconds += sum(group.times)
    return Tally(
        opened=opened,
        merged=merged,
        ready=ready,
        dropped=dropped,
        drafts_unknown=drafts_unknown,
        timed=timed,
        merge_seconds=seconds,
        assumed=kinds[Judged.ASSUMED],
        outside=kinds[Judged.OUTSIDE],
        undated=kinds[Judged.UNDATED],
        ineligible=kinds[Judged.INELIGIBLE],
        undecided=kinds[Judged.UNDECIDED],
    )


def _times(groups: Iterable[_Group], window: Window, rule: Eligibility) -> Times:
    found = Times([], [])
    for group in groups:
        if judge(group.one, window, rule) > Judged.ASSUMED:
            continue
        if group.one.state == "merged":
            found.merged.extend(group.times)
        elif group.one.state == "open":
            found.waiting.extend(window.end - opened for opened in group.times)
    return found


def merge_length(one: PullRequest) -> int | None:
    """Give the seconds from opening to merging; None where unknown, unmerged or negative."""
    if one.state != "merged" or one.merged_at is None or one.created_at is None:
        return None
    length = one.merged_at - one.created_at
    return length if length >= 0 else None


# Members of an enumeration are looked up slowly, and this is asked ten thousand times.
_ELIGIBLE, _ASSUMED, _OUTSIDE, _UNDATED, _INELIGIBLE, _UNDECIDED = Judged


def _judge(one: PullRequest, start: int, end: int, is_by_others: bool) -> Judged:
    created = one.created_at
    if created is None:
        return _UNDATED
    if not start <= created < end:
        return _OUTSIDE
    comments, reviews = one.comments, one.reviews
    if is_by_others:
        others = one.others_comments, one.others_reviews
        if others[0] or others[1]:
            return _ELIGIBLE
        if None not in others:
            return _INELIGIBLE
    if comments or reviews:
        return _ASSUMED if is_by_others else _ELIGIBLE
    return _UNDECIDED if comments is None or reviews is None else _INELIGIBLE
