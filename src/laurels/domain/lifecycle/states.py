"""The six states of a pull request, and their log replayed from facts and verdicts.

The log is a pure function of the fold and of the verdicts given in Laurels, so it is the same for
every order in which they were learned. Only GitHub makes MERGED and CLOSED; verdicts move a pull
request among the open states; a verdict that the present state does not allow leaves no trace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from laurels.domain.lifecycle.fold import MarkKind
from laurels.domain.lifecycle.view import PullRequestView


class State(StrEnum):
    """Where a pull request stands; draft is a flag beside it."""

    OPEN = "open"
    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    MERGED = "merged"
    CLOSED = "closed"


class Decision(StrEnum):
    """What a maintainer says in a verdict; all but WITHDRAWN name the state it leads to.

    WITHDRAWN takes an approval or a request for changes back: the pull request is under review.
    """

    OPEN = "open"
    UNDER_REVIEW = "under_review"
    CHANGES_REQUESTED = "changes_requested"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"

    @property
    def state(self) -> State:
        """The state this decision leads to."""
        return State.UNDER_REVIEW if self is Decision.WITHDRAWN else State(self.value)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A maintainer's decision in Laurels at a time."""

    maintainer_id: int
    decision: Decision
    at: int


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of state; `from_state` is None at the beginning, `actor_id` None if unknown."""

    from_state: State | None
    to_state: State
    at: int
    actor_id: int | None
    source: Literal["github", "verdict"]


class TransitionRefused(Exception):
    """A person asked for a change of state that the rules do not allow."""

    status_code = 409
    code = "transition-refused"


_REVIEWED: Final = frozenset({State.UNDER_REVIEW, State.CHANGES_REQUESTED, State.APPROVED})
_BY_PEOPLE: Final[Mapping[State, frozenset[State]]] = {
    State.OPEN: frozenset({State.UNDER_REVIEW}),
    State.UNDER_REVIEW: frozenset({State.OPEN, State.CHANGES_REQUESTED, State.APPROVED}),
    State.CHANGES_REQUESTED: frozenset({State.UNDER_REVIEW, State.APPROVED}),
    State.APPROVED: frozenset({State.UNDER_REVIEW, State.CHANGES_REQUESTED}),
    State.MERGED: frozenset(),
    State.CLOSED: frozenset(),
}


def check_transition(from_state: State, to_state: State) -> None:
    """Raise TransitionRefused with the reason unless a person may make this change."""
    if to_state in _BY_PEOPLE[from_state]:
        return
    here, there = _words(from_state), _words(to_state)
    if from_state is to_state:
        reason = f"the pull request is {here} already"
    elif to_state in (State.MERGED, State.CLOSED):
        reason = f"only GitHub makes a pull request {there}"
    elif from_state in (State.MERGED, State.CLOSED):
        reason = f"the pull request is {here} on GitHub"
    elif from_state is State.OPEN:
        reason = f"a pull request goes under review before it is {there}"
    else:
        reason = f"a pull request that is {here} goes back under review before it is {there}"
    raise TransitionRefused(reason)


def transitions(
    pull_request: PullRequestView,
    verdicts: Iterable[Verdict] = (),
    *,
    commits_dismiss: bool = False,
) -> tuple[Transition, ...]:
    """Replay a pull request's states, first to last; nothing when no time of it is known.

    With `commits_dismiss`, new commits put what was approved under review again.
    """
    log = _Log()
    steps = [*_github_steps(pull_request), *_verdict_steps(verdicts)]
    if commits_dismiss:
        steps += _push_steps(pull_request)
    for step in sorted(steps):
        log.take(*step)
    log.end(pull_request)
    return tuple(log.lines)


def state_times(log: Iterable[Transition]) -> dict[State, tuple[int, int]]:
    """Give the first and the last time each state was entered."""
    times: dict[State, tuple[int, int]] = {}
    for line in log:
        first, _ = times.get(line.to_state, (line.at, line.at))
        times[line.to_state] = (first, line.at)
    return times


# The order of steps within one second.
_OPENED, _VERDICT, _PUSHED, _EARLY, _LATE, _MERGED = range(6)
# Sorts after every person: of two who tell the same change, the one who names its actor is first.
_NOBODY = 2**63
_Step = tuple[int, int, str, int, str]


class _Log:
    """The replay: the open state as verdicts left it, and what GitHub says over it."""

    def __init__(self) -> None:
        self.lines: list[Transition] = []
        self._under = State.OPEN

    def take(self, at: int, rank: int, word: str, actor: int, source: str) -> None:
        present = self.lines[-1].to_state if self.lines else None
        if rank == _VERDICT:
            target = Decision(word).state
            if present is not None and target in _BY_PEOPLE[present]:
                self._under = target
                self._write(target, at, actor, "verdict")
            return
        if rank == _PUSHED:
            # What was approved in this very second may have been the commits before.
            if self._under is State.APPROVED:
                self._under = State.UNDER_REVIEW
                if present is State.APPROVED:
                    self._write(State.UNDER_REVIEW, at, actor, "github")
            return
        target = self._under if word == State.OPEN else State(word)
        if present not in (target, State.MERGED) and not (
            present in _REVIEWED and word == State.OPEN
        ):
            self._write(target, at, actor, "github")

    def end(self, pull_request: PullRequestView) -> None:
        """Let the log end where the pull request is: a change that nothing told has no actor.

        The newest payload's time stands in for that of the change.
        """
        if not self.lines or pull_request.state == "merged":
            return
        last = self.lines[-1]
        if (last.to_state is State.CLOSED) == (pull_request.state == "closed"):
            return
        at = max(last.at, pull_request.updated_at or last.at)
        self._write(
            self._under if pull_request.state == "open" else State.CLOSED, at, _NOBODY, "github"
        )

    def _write(
        self, to_state: State, at: int, actor: int, source: Literal["github", "verdict"]
    ) -> None:
        present = self.lines[-1].to_state if self.lines else None
        self.lines.append(
            Transition(present, to_state, at, None if actor == _NOBODY else actor, source)
        )


def _verdict_steps(verdicts: Iterable[Verdict]) -> list[_Step]:
    return [
        (verdict.at, _VERDICT, verdict.decision.value, verdict.maintainer_id, "verdict")
        for verdict in verdicts
    ]


def _push_steps(pull_request: PullRequestView) -> list[_Step]:
    return [
        (at, _PUSHED, "under_review", _NOBODY if actor is None else actor, "github")
        for kind, at, actor in pull_request.marks
        if kind == MarkKind.PUSHED
    ]


def _github_steps(pull_request: PullRequestView) -> list[_Step]:
    """The marks, and what the newest payload shows that no mark told."""
    is_open = pull_request.state == "open"
    # Closed and reopened in one second: the newest payload knows which was last.
    ranks = {
        MarkKind.OPENED: (_OPENED, State.OPEN),
        MarkKind.REOPENED: (_LATE if is_open else _EARLY, State.OPEN),
        MarkKind.CLOSED: (_EARLY if is_open else _LATE, State.CLOSED),
        MarkKind.MERGED: (_MERGED, State.MERGED),
    }
    steps: list[_Step] = []
    merged_at, closed_at = pull_request.merged_at, pull_request.closed_at
    for kind, at, actor in pull_request.marks:
        known = ranks.get(MarkKind(kind))
        if known is None or (kind == MarkKind.MERGED and at != merged_at):
            continue
        if merged_at is not None and kind == MarkKind.CLOSED and at >= merged_at:
            continue
        steps.append((at, *_named(known), _NOBODY if actor is None else actor, "github"))
    begun_at = pull_request.created_at
    if begun_at is None:
        begun_at = pull_request.first_seen_at
    if begun_at is not None:
        opener = pull_request.author_id
        steps.append((begun_at, _OPENED, "open", _NOBODY if opener is None else opener, "github"))
    if merged_at is not None:
        merger = pull_request.merged_by_id
        steps.append(
            (merged_at, _MERGED, "merged", _NOBODY if merger is None else merger, "github")
        )
    elif closed_at is not None:
        steps.append((closed_at, _LATE, "closed", _NOBODY, "github"))
    return steps


def _named(known: tuple[int, State]) -> tuple[int, str]:
    return known[0], known[1].value


def _words(state: State) -> str:
    if state is State.CHANGES_REQUESTED:
        return "sent back for changes"
    return state.value.replace("_", " ")
