"""What earns, what changes it and what earns nothing under a ruleset, in plain words."""

from __future__ import annotations

from collections.abc import Mapping

from laurels.domain.appraisal.eligibility import MERGED
from laurels.domain.contributions import REGISTRY, Kind
from laurels.domain.rulesets.matchers import MONTHS
from laurels.domain.rulesets.model import Ruleset, Rung
from laurels.domain.rulesets.numbers import counted, listed, number, points_of
from laurels.domain.rulesets.numbers import points as points_words

_WHEN: Mapping[str, str] = {
    Kind.PR_OPENED: "A pull request is opened",
    Kind.PR_APPROVED: "A pull request is first approved",
    Kind.PR_MERGED: "A pull request is merged",
    Kind.ISSUE_OPENED: "An issue is opened",
    Kind.ISSUE_COMPLETED: "An issue is closed as completed",
    Kind.REVIEW_SUBMITTED: "A pull request gets a first review from someone",
}


def _who(kind: Kind) -> str:
    if REGISTRY[kind].credited == "reviewer":
        return "the reviewer"
    return "its author" if REGISTRY[kind].subject == "pull_request" else "who opened it"


def earning_rows(ruleset: Ruleset) -> tuple[tuple[str, ...], ...]:
    """Return (when, who, points) for every kind, the most first."""
    weights = ruleset.weights_milli
    kinds = sorted(Kind, key=lambda kind: -weights.get(kind, 0))
    return tuple(
        (_WHEN[kind], _who(kind) if weights.get(kind) else "", number(weights.get(kind, 0)))
        for kind in kinds
    )


def accept_words(ruleset: Ruleset) -> tuple[str, ...]:
    """Return what makes a pull request count, when these rules ask for anything."""
    accept, text = ruleset.accept, []
    asked = ["is merged"] if accept.is_merged else []
    asked += ["is approved"] if accept.is_approved else []
    asked += [f"is labelled {label}" for label in accept.labels]
    if asked:
        last = "or" if accept.mode == "any" else "and"
        text.append(f"A pull request counts when it {listed(asked, last)}.")
    if ruleset.accept_labels:
        text.append(f"Work counts when it is labelled {listed(ruleset.accept_labels, 'or')}.")
    if ruleset.allowed_types:
        text.append(
            f"A pull request counts when its type is {listed(ruleset.allowed_types, 'or')}."
        )
    if ruleset.exclude.without_opt_in:
        names = listed(ruleset.exclude.without_opt_in, "or")
        text.append(
            f"A repository takes part by the topic {names}, or a pull request by that label."
        )
    if ruleset.season_only:
        shown = [name.title() if name in MONTHS else name for name in ruleset.season_only]
        text.append(f"Only work in {listed(shown, 'or')} counts.")
    is_conditional = accept.opening_pays == "while_not_closed_unmerged"
    if is_conditional and ruleset.weights_milli.get(Kind.PR_OPENED):
        text.append("Opening a pull request counts as long as it is not closed without a merge.")
    return tuple(text)


def changes(ruleset: Ruleset) -> tuple[str, ...]:
    """Return what changes the points of a merge, in the order of application."""
    if not ruleset.weights_milli.get(MERGED):
        return ()
    items = []
    if ruleset.levels_milli:
        items.append(
            f"Its level adds {_table(ruleset.levels_milli)}. The lowest of several counts."
        )
    if ruleset.qualities_milli:
        items.append(f"Its quality multiplies: {_table(ruleset.qualities_milli)}.")
    if ruleset.rating_multipliers_milli:
        items.append(
            f"Its rating picks a factor: {_ratings(ruleset.rating_multipliers_milli)}. Maintainers "
            "rate from 1 to 5, the mean counts, halfway goes up. No rating means 1."
        )
    items += [
        f"Touching {rule.name} multiplies by {number(rule.factor_milli)}."
        for rule in ruleset.path_factors
    ]
    if ruleset.reviewed_factor_milli is not None:
        factor = number(ruleset.reviewed_factor_milli)
        items.append(f"A review by someone else multiplies by {factor}.")
    low = ruleset.low_value
    if low is not None:
        cost = f"costs {points_words(low.penalty)}" if low.penalty else ""
        cost = cost or f"multiplies by {number(low.factor_milli or 0)}"
        items.append(f"Fewer than {counted(low.lines, 'effective line')} {cost}.")
    if ruleset.types_milli:
        items.append(f"Its types add {_table(ruleset.types_milli)}.")
    items += _ladders(ruleset)
    if ruleset.rating_bonus_milli:
        items.append(f"Its mean rating adds: {_ratings(ruleset.rating_bonus_milli)}.")
    return tuple(items)


def _ladders(ruleset: Ruleset) -> list[str]:
    items = []
    if ruleset.size_bonus:
        ignored = (
            " Lock files, generated and vendored code are not effective where files are known."
        )
        said = ignored if ruleset.ignored_paths else ""
        items.append(f"Its size adds, once: {_rungs(ruleset.size_bonus)} effective lines.{said}")
    if ruleset.files_bonus:
        steps = _rungs(ruleset.files_bonus)
        items.append(f"How many files it changes adds, once: {steps} files.")
    return items


def _rungs(ladder: tuple[Rung, ...]) -> str:
    return ", ".join(f"{points_of(rung.points_milli)} from {rung.at_least:,}" for rung in ladder)


def _table(values: Mapping[str, int]) -> str:
    """Return labels with what each is worth, the least first."""
    by_worth = sorted(values.items(), key=lambda pair: (pair[1], pair[0]))
    return ", ".join(f"{number(milli)} for {label}" for label, milli in by_worth)


def _ratings(values: Mapping[int, int]) -> str:
    return ", ".join(f"{number(milli)} for {rating}" for rating, milli in values.items())


def nothing(ruleset: Ruleset) -> tuple[str, ...]:
    """Return what earns nothing under these rules."""
    out, items = ruleset.exclude, []
    for is_out, words in (
        (out.bots, "Work by bots."),
        (out.own_repository, "Work in a repository you own yourself."),
        (
            out.unreviewed_self_merge,
            "Merging your own pull request without a review by someone else.",
        ),
        (out.forks, "Work in a fork."),
        (out.private, "Work in a private repository."),
    ):
        items += [words] if is_out else []
    if ruleset.void_labels:
        penalty = (
            f", and costs {points_words(ruleset.spam_penalty)}" if ruleset.spam_penalty else ""
        )
        items.append(f"Work labelled {listed(ruleset.void_labels, 'or')}{penalty}.")
    if ruleset.disqualify_after is not None:
        voided = counted(ruleset.disqualify_after, "voided pull request")
        items.append(f"Everything in a season with {voided} or more.")
    if ruleset.min_effective_lines is not None:
        lines = counted(ruleset.min_effective_lines, "effective line")
        items.append(f"Pull requests of fewer than {lines}.")
    if ruleset.disallowed_patterns:
        items.append(f"Titles like {listed(ruleset.disallowed_patterns, 'or')}.")
    items.append("Work during a ban, in a disabled repository or in an archived project.")
    return tuple(items)
