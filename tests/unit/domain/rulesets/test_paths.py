"""Path globs."""

from __future__ import annotations

import pytest

from laurels.domain.rulesets import preset
from laurels.domain.rulesets.paths import PathPatterns


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("uv.lock", "uv.lock", True),
        ("uv.lock", "a/b/uv.lock", True),
        ("uv.lock", "a/uv.lock.txt", False),
        ("*.snap", "a/b.snap", True),
        ("*.snap", "a.snap/b", False),
        ("vendor/", "vendor/a.go", True),
        ("vendor/", "x/vendor/y/a.go", True),
        ("vendor/", "x/vendors/a.go", False),
        ("/docs/*.md", "docs/a.md", True),
        ("docs/*.md", "docs/x/a.md", False),
        ("docs/**/*.md", "docs/a.md", True),
        ("docs/**/*.md", "docs/x/y/a.md", True),
        ("docs/**", "docs/x/y", True),
        ("a?.py", "ab.py", True),
        ("a?.py", "a/.py", False),
        ("a+b.py", "a+b.py", True),
    ],
)
def test_patterns_when_a_path_is_asked_then_match_like_gitignore(
    pattern: str, path: str, matches: bool
) -> None:
    assert PathPatterns((pattern,)).matches(path) is matches


def test_patterns_when_there_are_none_then_nothing_matches() -> None:
    assert not PathPatterns(()).matches("anything")


@pytest.mark.parametrize(
    ("path", "ignored"),
    [
        ("web/package-lock.json", True),
        ("vendor/lib/a.go", True),
        ("static/app.min.js", True),
        ("api/v1/a.pb.go", True),
        ("ui/__snapshots__/a.js", True),
        ("src/app.js", False),
        ("lock.py", False),
    ],
)
def test_fair_when_files_are_known_then_ignores_generated_and_vendored(
    path: str, ignored: bool
) -> None:
    assert preset("fair").matchers.ignored.matches(path) is ignored
