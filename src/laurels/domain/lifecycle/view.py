"""The view: what a fold says when it is read, with the fallbacks of spec/github.md §2."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from laurels.domain.lifecycle.fold import Mark, MarkKind, SubjectFold, is_withheld_text

UNKNOWN: Final = "unknown"
"""The state reason of an issue whose payloads never carried the key: neither null nor a reason."""

SubjectState: TypeAlias = Literal["open", "closed", "merged"]


@dataclass(frozen=True, slots=True)
class _SubjectView:
    """What pull requests and issues have in common; None is unknown, never zero or empty.

    `first_seen_at` is the earliest time known of the subject, for the ruleset of one whose opening
    is unknown. `ties` has the bits of `fold.Tie` whose groups deserve a re-read.
    """

    repository_id: int
    number: int
    author_id: int | None
    title: str | None
    state: SubjectState
    created_at: int | None
    closed_at: int | None
    updated_at: int | None
    first_seen_at: int | None
    labels: tuple[str, ...] | None
    labelled_by: tuple[tuple[str, int], ...]
    author_association: str | None
    is_gone: bool
    marks: tuple[Mark, ...]
    ties: int


@dataclass(frozen=True, slots=True)
class PullRequestView(_SubjectView):
    """A pull request as known now; once merged it stays merged."""

    draft: bool | None
    merged_at: int | None
    merged_by_id: int | None
    additions: int | None
    deletions: int | None
    changed_files: int | None


@dataclass(frozen=True, slots=True)
class IssueView(_SubjectView):
    """An issue as known now; `state_reason` is UNKNOWN where no payload carried the key."""

    state_reason: str | None


def view(fold: SubjectFold) -> PullRequestView | IssueView | None:
    """Read a fold; None for a pull request that no pull request event has shown yet."""
    if not fold.is_shown or fold.is_pull_request is None:
        return None
    opened = _first(fold.marks, MarkKind.OPENED)
    created_at = fold.created_at
    if created_at is None and opened is not None:
        created_at = opened[1]
    title = None
    if fold.title is not None and not is_withheld_text(fold.title):
        title = fold.title[1]
    labels = None if fold.labels is None else fold.labels[2]
    labelled_by = tuple((label, actor) for label, _, actor in fold.labelled)
    association = None if fold.association is None else fold.association[1]
    is_gone = _first(fold.marks, MarkKind.GONE) is not None
    is_closed, closed_at = _closing(fold)
    # The payload's user, else the actor who opened it, else the user a comment's issue names.
    author_id = None if fold.author is None else fold.author[2]
    if not fold.is_pull_request:
        return IssueView(
            fold.repository_id,
            fold.number,
            author_id,
            title,
            "closed" if is_closed else "open",
            created_at,
            closed_at,
            fold.updated_at,
            _first_seen(fold),
            labels,
            labelled_by,
            association,
            is_gone,
            fold.marks,
            fold.ties,
            _state_reason(fold),
        )
    merged_at = _merged_at(fold)
    state: SubjectState = "closed" if is_closed else "open"
    if merged_at is not None:
        state = "merged"
        if closed_at is None:
            closed_at = merged_at
    additions = deletions = changed_files = None
    if fold.size is not None:
        _, additions, deletions, changed_files = fold.size
    return PullRequestView(
        fold.repository_id,
        fold.number,
        author_id,
        title,
        state,
        created_at,
        closed_at,
        fold.updated_at,
        _first_seen(fold),
        labels,
        labelled_by,
        association,
        is_gone,
        fold.marks,
        fold.ties,
        None if fold.draft is None else fold.draft[1],
        merged_at,
        None if fold.merged_by is None else fold.merged_by[2],
        additions,
        deletions,
        changed_files,
    )


def _first(marks: tuple[Mark, ...], kind: MarkKind) -> Mark | None:
    for mark in marks:
        if mark[0] == kind:
            return mark
    return None


def _merged_at(fold: SubjectFold) -> int | None:
    if fold.merged_at is not None:
        return fold.merged_at
    merged = _first(fold.marks, MarkKind.MERGED)
    return None if merged is None else merged[1]


def _closing(fold: SubjectFold) -> tuple[bool, int | None]:
    """Whether the latest word is that the subject is closed, and since when."""
    is_closed, closed_at, at = False, None, -1
    if fold.state is not None:
        at, is_closed, closed_at = fold.state
    # Trimmed payloads carry no state: there the actions themselves are the latest word.
    for kind, marked_at, _ in fold.marks:
        if kind == MarkKind.CLOSED and not is_closed and marked_at >= at:
            is_closed, closed_at, at = True, marked_at, marked_at
        elif kind == MarkKind.REOPENED and is_closed and marked_at > at:
            is_closed, closed_at, at = False, None, marked_at
    return is_closed, closed_at if is_closed else None


def _state_reason(fold: SubjectFold) -> str | None:
    """The reason of the present closing; one that belongs to an earlier closing is unknown."""
    if fold.reason is None:
        return UNKNOWN
    _, reason, closed_at = fold.reason
    is_closed, present = _closing(fold)
    return reason if not is_closed or closed_at == present else UNKNOWN


def _first_seen(fold: SubjectFold) -> int | None:
    times = [mark[1] for mark in fold.marks]
    times += [at for at in (fold.created_at, fold.merged_at, fold.updated_at) if at is not None]
    if fold.state is not None and fold.state[2] is not None:
        times.append(fold.state[2])
    return min(times) if times else None
