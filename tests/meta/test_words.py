"""The spelling list is sorted and holds each word once, so that two additions rarely collide."""

from __future__ import annotations

from itertools import pairwise

from tests.meta.files import ROOT


def faults(lines: list[str]) -> list[str]:
    """Return the lines that are out of place."""
    wrong = [b for a, b in pairwise(lines) if b.casefold() <= a.casefold()]
    return wrong + [line for line in lines if line != line.strip() or not line]


def test_words_when_read_then_sorted() -> None:
    assert faults((ROOT / "docs" / "words.txt").read_text(encoding="utf-8").splitlines()) == []


def test_expected_skips_when_read_then_exactly_the_three_agreed() -> None:
    listed = (ROOT / "tests" / "expected_skips.txt").read_text(encoding="utf-8").split()
    assert listed == ["no-chromium", "no-java", "no-node"]


def test_faults_when_unsorted_doubled_or_blank_then_found() -> None:
    assert faults(["b", "a"]) == ["a"]
    assert faults(["a", "a"]) == ["a"]
    assert " b" in faults(["a", " b"])
    assert "" in faults(["a", ""])
    assert faults(["a", "b"]) == []
