"""Random histories of one person for property tests of rules."""

from __future__ import annotations

from hypothesis import strategies as st

from laurels.domain.appraisal import FileStat, Work
from laurels.domain.contributions import Kind
from laurels.domain.rulesets import Ruleset, parse
from laurels.kit.times import parse_instant
from tests.unit.domain.rules_world import Placed

START = parse_instant("2026-09-28T23:59:00Z")

LABELS = [
    "gssoc:approved", "GSSoC : approved", "level:beginner", "level:critical", "quality:clean",
    "quality:exceptional", "type:bug", "type:security", "spam", "invalid", "gssoc-approved",
    "hacktoberfest-accepted", "hacktoberfest",
]  # fmt: skip
PATHS = ["src/a.py", "tests/test_a.py", "docs/a.md", "uv.lock", "vendor/x.js"]


def maybe(values: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Known or unknown."""
    return st.none() | values


def picked(names: list[str], most: int) -> st.SearchStrategy[tuple[str, ...]]:
    """Some of the names, each once."""
    return st.lists(st.sampled_from(names), unique=True, max_size=most).map(tuple)


FILES = st.lists(
    st.builds(FileStat, st.sampled_from(PATHS), st.integers(0, 700), st.integers(0, 700)),
    max_size=4,
).map(tuple)
WORKS = st.builds(
    Work,
    kind=st.sampled_from([kind.value for kind in Kind]),
    occurred_at=st.integers(0, 40).map(lambda step: START + step // 4 * 86_400),
    state=st.sampled_from(["open", "closed", "merged", None]),
    is_approved=st.booleans(),
    title=maybe(st.sampled_from(["fix: a leak", "Update README", "A leaf"])),
    additions=maybe(st.integers(0, 1500)),
    deletions=maybe(st.integers(0, 1500)),
    changed_files=maybe(st.integers(0, 30)),
    files=maybe(FILES),
    labels=maybe(picked(LABELS, 5)),
    is_bot=st.booleans(),
    is_own_repository=maybe(st.booleans()),
    is_self_merged=maybe(st.booleans()),
    is_reviewed_by_other=st.booleans(),
    is_fork=maybe(st.booleans()),
    is_private=maybe(st.booleans()),
    topics=maybe(picked(["hacktoberfest", "python"], 2)),
    ratings=st.lists(st.tuples(st.integers(0, 3), st.integers(1, 5)), max_size=3).map(tuple),
    level_labelled_by=st.lists(
        st.tuples(st.sampled_from(["level:beginner", "level:critical"]), st.integers(0, 3)),
        max_size=2,
    ).map(tuple),
    is_void=st.integers(0, 9).map(lambda chance: chance == 0),
    exclusion=st.sampled_from([None, None, None, None, "banned", "withdrawn"]),
)


@st.composite
def histories(draw: st.DrawFn) -> list[Placed]:
    """One person's works in two repositories, with distinct natural keys and many ties."""
    works = draw(st.lists(WORKS, max_size=25))
    keys = set()
    placed = []
    for work in works:
        repository, number = draw(st.integers(1, 2)), draw(st.integers(1, 12))
        if (work.kind, repository, number) not in keys:
            keys.add((work.kind, repository, number))
            placed.append(Placed(work, repository, number, draw(st.sampled_from(["all", "s"]))))
    return placed


def everything() -> Ruleset:
    """A ruleset that uses every rule at once."""
    weights = {kind.value: 3.5 + at for at, kind in enumerate(Kind)}
    return parse(
        {
            "weights": weights,
            "daily_caps": dict.fromkeys(weights, 11),
            "size_bonus": [{"at_least": 50, "points": 2.25}, {"at_least": 600, "points": 8}],
            "files_bonus": [{"at_least": 3, "points": 1.125}],
            "ignored_paths": ["*.lock", "vendor/"],
            "path_factors": [{"name": "tests", "paths": ["tests/"], "factor": 1.111}],
            "reviewed_factor": 1.05,
            "levels": {"level:beginner": 3, "level:critical": 9},
            "qualities": {"quality:clean": 1.2, "quality:exceptional": 1.5},
            "types": {"type:bug": 1, "type:security": 4},
            "void_labels": ["spam", "inv*"],
            "disallowed_patterns": ["update *"],
            "min_effective_lines": 2,
            "max_prs_per_period": {"count": 2, "period": "day"},
            "rating_multipliers": {"1": 0.5, "4": 1.2, "5": 1.4},
            "rating_bonus": {"4": 1, "5": 2},
            "low_value": {"lines": 30, "penalty": 4},
            "decay": {"free": 1, "rate": 0.15, "floor": 0.2},
            "per_pr_cap": 17,
            "repository_month_cap": 60,
            "spam_penalty": 20,
            "disqualify_after": 2,
            "maintainer_share": 0.2,
            "exclude": {"bots": True, "own_repository": True, "unreviewed_self_merge": True},
        }
    )
