"""Labels: how they are compared, and which ones are near misses.

Two labels are the same after lower case, single spaces, and no spaces, `-` or `_` around a colon:
`gssoc: approved`, `GSSoC : Approved` and `gssoc:approved` are one label. A near miss is a label
that no rule reads but that reads almost like one: only its separators differ, or one letter.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_COLON = re.compile(r"[\s_-]*:[\s_-]*")
_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\W_]+")
_SHORTEST_MISSPELT = 6


@lru_cache(maxsize=65_536)
def normalise(label: str) -> str:
    """Return the form in which labels are compared."""
    return _COLON.sub(":", _SPACES.sub(" ", label.strip().casefold()))


def glob_regex(pattern: str) -> str:
    """Return the regular expression of a label or title pattern, `*` standing for anything."""
    return ".*".join(re.escape(part) for part in pattern.split("*"))


class LabelPatterns:
    """Label patterns of one rule, compiled: exact names and `*` patterns."""

    __slots__ = ("_exact", "_globs", "patterns")

    def __init__(self, patterns: Iterable[str]) -> None:
        """Normalise and compile; the order of patterns decides which one is named."""
        self.patterns = tuple(normalise(pattern) for pattern in patterns)
        self._exact = frozenset(p for p in self.patterns if "*" not in p)
        self._globs = tuple((p, re.compile(glob_regex(p))) for p in self.patterns if "*" in p)

    def __bool__(self) -> bool:
        """Tell whether there is any pattern."""
        return bool(self.patterns)

    def match(self, labels: frozenset[str]) -> str | None:
        """Return the first pattern that one of these normalised labels matches."""
        found = self._exact & labels
        if found:
            return next(pattern for pattern in self.patterns if pattern in found)
        for pattern, regex in self._globs:
            if any(regex.fullmatch(label) for label in labels):
                return pattern
        return None


def is_near(label: str, wanted: str) -> bool:
    """Tell whether a normalised label reads almost like a wanted one without being it."""
    ours, theirs = _SEPARATORS.sub("", label), _SEPARATORS.sub("", wanted)
    if label == wanted or not ours or not theirs:
        return False
    return ours == theirs or (
        min(len(ours), len(theirs)) >= _SHORTEST_MISSPELT and _is_one_slip(ours, theirs)
    )


def _is_one_slip(left: str, right: str) -> bool:
    """Tell whether one letter is missing, added, changed, or two neighbours are swapped."""
    if len(left) > len(right):
        left, right = right, left
    start = 0
    while start < len(left) and left[start] == right[start]:
        start += 1
    if len(left) == len(right):
        rest_left, rest_right = left[start:], right[start:]
        return rest_left[1:] == rest_right[1:] or (
            rest_left[:2] == rest_right[1::-1] and rest_left[2:] == rest_right[2:]
        )
    return len(right) - len(left) == 1 and left[start:] == right[start + 1 :]
