"""One step in words: as a clause of a sentence, and as a line of a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from laurels.domain.contributions import Kind
from laurels.domain.explanation import after, decay_factor_of
from laurels.domain.rulesets.numbers import counted, mean, number, ordinal, percent, points_of

StepLike = Mapping[str, Any]

KIND_NAMES: Mapping[str, str] = {
    Kind.PR_OPENED: "Opened pull request",
    Kind.PR_APPROVED: "Approved pull request",
    Kind.PR_MERGED: "Merged pull request",
    Kind.ISSUE_OPENED: "Opened issue",
    Kind.ISSUE_COMPLETED: "Completed issue",
    Kind.REVIEW_SUBMITTED: "Review of a pull request",
}
KIND_PLURALS: Mapping[str, str] = {
    Kind.PR_OPENED: "opened pull requests",
    Kind.PR_APPROVED: "approved pull requests",
    Kind.PR_MERGED: "merges",
    Kind.ISSUE_OPENED: "opened issues",
    Kind.ISSUE_COMPLETED: "completed issues",
    Kind.REVIEW_SUBMITTED: "reviews",
}

REASONS: Mapping[str, str] = {
    "withdrawn": "it is no longer there on GitHub",
    "banned": "it happened during a ban",
    "repository_disabled": "its repository was disabled then",
    "project_archived": "its project was archived then",
    "outside_season": "it happened outside the season that counts",
    "bot": "bots earn nothing",
    "own_repository": "work in a repository of one's own earns nothing",
    "fork": "work in a fork earns nothing",
    "private": "work in a private repository earns nothing",
    "unreviewed_self_merge": "it was merged by its author without a review by someone else",
    "not_opted_in": "its repository has not opted in",
    "opt_in_unknown": "it is not known whether its repository opted in",
    "void_mark": "a person marked it void",
    "void_label": "it is labelled {label}",
    "not_scored": "these rules give it no points",
    "label_missing": "it lacks a label that these rules ask for",
    "labels_unknown": "these rules ask for a label and its labels are not known",
    "closed_unmerged": "it was closed without a merge",
    "not_accepted": "it is not accepted yet",
    "type_not_allowed": "its type does not count",
    "type_unknown": "its type is not known",
    "title_not_allowed": "its title matches {pattern}",
    "too_small": "it has {lines} changed lines, fewer than {least}",
}
"""Every reason code for which an item earns nothing, in words that follow "because"."""

UNKNOWNS: Mapping[str, str] = {
    "own_repository": "whose repository it is is not known",
    "fork": "whether it is in a fork is not known",
    "private": "whether its repository is private is not known",
    "self_merge": "who merged it is not known",
    "void_labels": "its labels are not known, so none voids it",
    "title": "its title is not known",
    "least_size": "its size is not known, so it is not too small",
    "size": "its size is not known, so it changes nothing",
    "files": "how many files it changes is not known, so no bonus for them",
    "paths": "which files it touches is not known",
    "labels": "its labels are not known, so none adds anything",
}


def reason_words(step: StepLike) -> str:
    """Return why an item is excluded, as words that follow "because"."""
    reason = str(step["reason"])
    words = REASONS.get(reason, reason.replace("_", " "))
    return words.format(**{key: value for key, value in step.items() if key != "reason"})


def clause(step: StepLike, before_milli: int) -> str:
    """Return the step as a clause of the item's sentence, given the total before it."""
    change, why = change_words(step, before_milli), why_words(step)
    match step["step"]:
        case "weight":
            return points_of(step["milli"])
        case "excluded":
            return f"nothing, because {reason_words(step)}"
        case "unknown" | "held" | "round":
            return why
        case "decay":
            return f"{change} as {why}"
        case "disqualified" | "maintainer_share" | "path" | "reviewed":
            return f"{change} because {why}"
        case "per_pr_cap" | "daily_cap" | "repository_month_cap":
            return f"{change} by {why}"
    return f"{change} for {why}"


def change_words(step: StepLike, before_milli: int) -> str:
    """Return what a step does to the number: `+5`, `× 1.2`, `cut to 12`, or nothing."""
    name, total = step["step"], after(step, before_milli)
    match name:
        case "weight":
            return number(step["milli"])
        case "level" | "type" | "size" | "files" | "rating_bonus":
            return f"+{number(step['milli'])}"
        case "decay":
            return f"× {number(decay_factor_of(step))}"
        case "maintainer_share":
            return number(total - before_milli)
        case "per_pr_cap" | "daily_cap" | "repository_month_cap":
            return f"cut to {number(total)}"
        case "excluded" | "disqualified":
            return "0"
        case "round":
            return number(total)
        case "penalty":
            return f"−{step['points']:,}"
        case "unknown" | "held":
            return ""
    return f"× {number(step['factor'])}"


def why_words(step: StepLike) -> str:
    """Return what a step is for, as a phrase."""
    return _WHY[step["step"]](step)


def label(step: StepLike) -> str:
    """Return what a step is for, as the first cell of a table row."""
    words = reason_words(step) if step["step"] == "excluded" else why_words(step)
    return words[:1].upper() + words[1:]


def _penalty(step: StepLike) -> str:
    if step["for"] == "void":
        return "a voided pull request"
    return f"{counted(step['lines'], 'changed line')}, fewer than {step['below']:,}"


def _rating(step: StepLike) -> str:
    raters = "from 1 maintainer" if step["count"] == 1 else f"the mean of {step['count']:,}"
    return f"a rating of {mean(step['sum'], step['count'])}, {raters}"


def _month_cap(step: StepLike) -> str:
    return f"the most of {number(step['cap'])} in one repository and month"


_WHY: Mapping[str, Callable[[StepLike], str]] = {
    "weight": lambda s: KIND_NAMES[s["kind"]].lower(),
    "level": lambda s: f"the label {s['label']}",
    "quality": lambda s: f"the label {s['label']}",
    "type": lambda s: f"the label {s['label']}",
    "rating": _rating,
    "rating_bonus": _rating,
    "path": lambda s: f"it touches {s['name']}",
    "reviewed": lambda s: "someone else reviewed it",
    "low_value": lambda s: f"{counted(s['lines'], 'changed line')}, fewer than {s['below']:,}",
    "size": lambda s: counted(s["lines"], f"{s['counted']} line"),
    "files": lambda s: counted(s["files"], "changed file"),
    "unknown": lambda s: UNKNOWNS[s["what"]],
    "excluded": reason_words,
    "disqualified": lambda s: (
        f"a season with {counted(s['most'], 'voided pull request')} or more earns nothing"
    ),
    "maintainer_share": lambda s: (
        f"one maintainer's ratings and level labels may move {percent(s['share'])} at most"
    ),
    "per_pr_cap": lambda s: f"the most of {number(s['cap'])} for one pull request",
    "daily_cap": lambda s: f"the most of {number(s['cap'])} a day for {KIND_PLURALS[s['kind']]}",
    "repository_month_cap": _month_cap,
    "decay": lambda s: f"the {ordinal(s['rank'])} merge in this repository this month",
    "round": lambda s: "rounded once",
    "held": lambda s: (
        f"held for a person to look, as one of more than {s['most']:,} in a {s['per']}"
    ),
    "penalty": _penalty,
}
