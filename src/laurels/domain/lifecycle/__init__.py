"""What is known of a pull request or issue: facts, their fold, the view of it, its states."""

from __future__ import annotations

from laurels.domain.lifecycle.facts import (
    GITHUB_GHOST,
    Observation,
    PersonFact,
    RepositoryFact,
    ReviewFact,
    join_review,
    withhold_observation,
    withhold_review,
)
from laurels.domain.lifecycle.fold import (
    WITHHELD,
    LabelledMark,
    Mark,
    MarkKind,
    SubjectFold,
    as_last_word,
    dumps,
    join,
    loads,
    retitle,
    tied_at,
    withhold,
)
from laurels.domain.lifecycle.states import (
    Decision,
    State,
    Transition,
    TransitionRefused,
    Verdict,
    check_transition,
    state_times,
    transitions,
)
from laurels.domain.lifecycle.view import UNKNOWN, IssueView, PullRequestView, view

__all__ = [
    "GITHUB_GHOST",
    "UNKNOWN",
    "WITHHELD",
    "Decision",
    "IssueView",
    "LabelledMark",
    "Mark",
    "MarkKind",
    "Observation",
    "PersonFact",
    "PullRequestView",
    "RepositoryFact",
    "ReviewFact",
    "State",
    "SubjectFold",
    "Transition",
    "TransitionRefused",
    "Verdict",
    "as_last_word",
    "check_transition",
    "dumps",
    "join",
    "join_review",
    "loads",
    "retitle",
    "state_times",
    "tied_at",
    "transitions",
    "view",
    "withhold",
    "withhold_observation",
    "withhold_review",
]
