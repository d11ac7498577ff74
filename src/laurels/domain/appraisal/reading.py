"""Which attributes of a contribution some rules can read, so that equal work is appraised once."""

from __future__ import annotations

from laurels.domain.rulesets import Ruleset

_ALWAYS = (
    "kind", "state", "is_approved", "is_bot", "is_own_repository", "is_self_merged",
    "is_reviewed_by_other", "is_fork", "is_private", "ratings", "level_labelled_by", "is_void",
    "exclusion",
)  # fmt: skip


def readable(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the names of the attributes of `Work` that these rules may read, in a fixed order.

    Two works that agree in them are appraised alike, steps included. Attributes of few values are
    always among them; those that differ from work to work only where a rule asks for them.
    """
    matchers = ruleset.matchers
    size = matchers.reads_size or ruleset.min_effective_lines is not None
    labels = (
        matchers.reads_labels
        or ruleset.accept.labels
        or ruleset.accept_labels
        or ruleset.allowed_types
        or ruleset.void_labels
        or ruleset.exclude.without_opt_in
    )
    asked = {
        "occurred_at": ruleset.season_only,
        "seasons": ruleset.season_only,
        "title": ruleset.allowed_types or ruleset.disallowed_patterns,
        "additions": size,
        "deletions": size,
        "changed_files": ruleset.files_bonus,
        "files": size or ruleset.files_bonus or ruleset.path_factors,
        "labels": labels,
        "topics": ruleset.exclude.without_opt_in,
    }
    return _ALWAYS + tuple(name for name, wanted in asked.items() if wanted)
