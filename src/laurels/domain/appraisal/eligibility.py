"""Eligibility: whether a contribution earns at all, and the one reason when it does not.

The order of questions is fixed, the first "no" is the reason: outside the rules (withdrawn, ban,
disabled repository, archived project), season, excluded people and repositories, voided, kind not
scored, labels asked for, acceptance, type, title, size. What is not known excludes nobody, but it
satisfies no demand either: a demanded label that is not known is not there yet.
Voiding, acceptance, type and size judge the author's work; a review stands by itself.
"""

from __future__ import annotations

import re

from laurels.domain.appraisal.work import Step, Work
from laurels.domain.contributions import REGISTRY, Kind
from laurels.domain.rulesets.labels import normalise
from laurels.domain.rulesets.model import Ruleset
from laurels.kit.times import month_of

_TITLE_TYPE = re.compile(r"\s*([a-z]+)(?:\([^)]*\))?!?:")
_TYPE_LABEL = re.compile(r"(?:type|kind):(.+)")
AUTHORED = frozenset(kind.value for kind, spec in REGISTRY.items() if spec.credited == "author")
AUTHORED_PULL_REQUESTS = frozenset(
    kind for kind in AUTHORED if REGISTRY[Kind(kind)].subject == "pull_request"
)
OPENED, MERGED = Kind.PR_OPENED.value, Kind.PR_MERGED.value


def label_forms(work: Work) -> frozenset[str] | None:
    """Return the labels in the form in which rules compare them; None when not known."""
    return None if work.labels is None else frozenset(normalise(label) for label in work.labels)


def effective_lines(work: Work, ruleset: Ruleset) -> int | None:
    """Return the changed lines outside ignored paths; all of them where files are not known."""
    if work.files is not None:
        ignored = ruleset.matchers.ignored.matches
        return sum(f.additions + f.deletions for f in work.files if not ignored(f.path))
    if work.additions is None or work.deletions is None:
        return None
    return work.additions + work.deletions


def exclusion(work: Work, ruleset: Ruleset) -> Step | None:
    """Return why a contribution is outside these rules before its content is looked at."""
    if work.exclusion is not None:
        return _no(work.exclusion)
    if ruleset.season_only and not _is_in_season(work, ruleset):
        return _no("outside_season")
    out = ruleset.exclude
    if out.bots and work.is_bot:
        return _no("bot")
    if out.own_repository and work.is_own_repository:
        return _no("own_repository")
    if out.forks and work.is_fork:
        return _no("fork")
    if out.private and work.is_private:
        return _no("private")
    if work.kind == MERGED and _is_unreviewed_self_merge(work, ruleset):
        return _no("unreviewed_self_merge")
    return _opt_in(work, ruleset) if out.without_opt_in else None


def void(work: Work, ruleset: Ruleset) -> Step | None:
    """Return what voids the author's work: a person's mark, or a label."""
    if work.kind not in AUTHORED:
        return None
    if work.is_void:
        return _no("void_mark")
    if not ruleset.void_labels:
        return None
    label = ruleset.matchers.void.match(label_forms(work) or frozenset())
    return None if label is None else {**_no("void_label"), "label": label}


def refusal(work: Work, ruleset: Ruleset) -> Step | None:
    """Return why work that is inside the rules and not void does not count."""
    if not ruleset.weights_milli.get(work.kind):
        return _no("not_scored")
    if ruleset.accept_labels and work.kind in AUTHORED:
        labels = label_forms(work)
        if labels is None or ruleset.matchers.required.match(labels) is None:
            return _no("labels_unknown" if labels is None else "label_missing")
    if work.kind not in AUTHORED_PULL_REQUESTS:
        return _disallowed_title(work, ruleset) if work.kind in AUTHORED else None
    return (
        _not_accepted(work, ruleset)
        or _wrong_type(work, ruleset)
        or _disallowed_title(work, ruleset)
        or _too_small(work, ruleset)
    )


def unknowns(work: Work, ruleset: Ruleset) -> list[Step]:
    """Return a line for each thing that a rule would have read and that is not known."""
    out, what = ruleset.exclude, []
    if out.own_repository and work.is_own_repository is None:
        what.append("own_repository")
    if out.forks and work.is_fork is None:
        what.append("fork")
    if out.private and work.is_private is None:
        what.append("private")
    if work.kind in AUTHORED and ruleset.void_labels and work.labels is None:
        what.append("void_labels")
    if work.kind in AUTHORED and ruleset.disallowed_patterns and work.title is None:
        what.append("title")
    if work.kind in AUTHORED_PULL_REQUESTS and ruleset.min_effective_lines is not None:
        what += ["least_size"] if effective_lines(work, ruleset) is None else []
    if work.kind == MERGED:
        what += _unknown_of_merge(work, ruleset)
    return [{"step": "unknown", "what": name} for name in what]


def _unknown_of_merge(work: Work, ruleset: Ruleset) -> list[str]:
    what = []
    if ruleset.exclude.unreviewed_self_merge and work.is_self_merged is None:
        what.append("self_merge")
    if ruleset.matchers.reads_size and effective_lines(work, ruleset) is None:
        what.append("size")
    if ruleset.files_bonus and files_changed(work) is None:
        what.append("files")
    if ruleset.path_factors and work.files is None:
        what.append("paths")
    if ruleset.matchers.reads_labels and work.labels is None:
        what.append("labels")
    return what


def files_changed(work: Work) -> int | None:
    """Return how many files the pull request changes; None when not known."""
    return len(work.files) if work.changed_files is None and work.files else work.changed_files


def _no(reason: str) -> Step:
    return {"step": "excluded", "reason": reason}


def _is_in_season(work: Work, ruleset: Ruleset) -> bool:
    matchers = ruleset.matchers
    return (
        month_of(work.occurred_at) % 100 in matchers.months
        or not matchers.seasons.isdisjoint(work.seasons)
    )  # fmt: skip


def _is_unreviewed_self_merge(work: Work, ruleset: Ruleset) -> bool:
    return (
        ruleset.exclude.unreviewed_self_merge
        and work.is_self_merged is True
        and not work.is_reviewed_by_other
    )


def _opt_in(work: Work, ruleset: Ruleset) -> Step | None:
    marks = frozenset(normalise(name) for name in (*(work.topics or ()), *(work.labels or ())))
    if ruleset.matchers.opt_in.match(marks) is not None:
        return None
    return _no("opt_in_unknown" if work.topics is None else "not_opted_in")


def _not_accepted(work: Work, ruleset: Ruleset) -> Step | None:
    accept = ruleset.accept
    if (
        work.kind == OPENED
        and work.state == "closed"
        and accept.opening_pays == "while_not_closed_unmerged"
    ):
        return _no("closed_unmerged")
    met: list[bool | None] = []
    if accept.is_merged:
        met.append(work.state == "merged" and not _is_unreviewed_self_merge(work, ruleset))
    if accept.is_approved:
        met.append(work.is_approved)
    if accept.labels:
        labels = label_forms(work)
        met += [
            None if labels is None else wanted.match(labels) is not None
            for wanted in ruleset.matchers.accept
        ]
    if not met or (any(met) if accept.mode == "any" else all(met)):
        return None
    is_open_question = None in met and (accept.mode == "any" or False not in met)
    return _no("labels_unknown" if is_open_question else "not_accepted")


def _wrong_type(work: Work, ruleset: Ruleset) -> Step | None:
    allowed = ruleset.matchers.types
    if not allowed:
        return None
    found = set(label_forms(work) or ())
    found |= {m.group(1) for m in map(_TYPE_LABEL.fullmatch, found) if m}
    prefix = _TITLE_TYPE.match((work.title or "").casefold())
    if prefix:
        found.add(prefix.group(1))
    if not allowed.isdisjoint(found):
        return None
    return _no("type_unknown" if work.labels is None else "type_not_allowed")


def _disallowed_title(work: Work, ruleset: Ruleset) -> Step | None:
    if not ruleset.disallowed_patterns or work.title is None:
        return None
    title = normalise(work.title)
    for pattern, regex in ruleset.matchers.disallowed:
        if regex.fullmatch(title):
            return {**_no("title_not_allowed"), "pattern": pattern}
    return None


def _too_small(work: Work, ruleset: Ruleset) -> Step | None:
    least = ruleset.min_effective_lines
    lines = None if least is None else effective_lines(work, ruleset)
    if least is None or lines is None or lines >= least:
        return None
    return {**_no("too_small"), "lines": lines, "least": least}
