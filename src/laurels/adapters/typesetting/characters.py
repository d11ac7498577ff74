"""Texts as characters: what can be printed, which belong together, and where a line may break."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from laurels.adapters.drawing.svg import plain

_JOINER = "\u200d"
# They turn the order of what follows and could make a name read as another.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_TONES = range(0x1F3FB, 0x1F400)
_FLAGS = range(0x1F1E6, 0x1F200)
_TAGS = range(0xE0020, 0xE0080)
# A run without a space is offered a break after so many clusters.
_LONGEST_RUN, _PIECE = 20, 6


def printable(said: str) -> str:
    """Return a text as it is printed: no control characters or turning marks, single spaces."""
    kept = "".join(character for character in plain(said) if character not in _TURNING)
    return " ".join(kept.split())


def clusters(said: str) -> Iterator[str]:
    """Split a text into what a reader takes for one character: a base and all that joins it."""
    cluster = ""
    for character in said:
        if cluster and not _joins(cluster, character):
            yield cluster
            cluster = ""
        cluster += character
    if cluster:
        yield cluster


def _joins(cluster: str, character: str) -> bool:
    code = ord(character)
    if unicodedata.category(character) in ("Mn", "Mc", "Me") or character == _JOINER:
        return True
    if code in _TONES or code in _TAGS or cluster[-1] == _JOINER:
        return True
    if code in _FLAGS:
        return len(cluster) == 1 and ord(cluster) in _FLAGS
    # Consonants that a virama binds are shaped together.
    return unicodedata.combining(cluster[-1]) == 9


def pieces(said: str) -> list[str]:
    """Cut a text where a line may break though there is no space: inside very long words only."""
    if not said:
        return []
    found = [""]
    for position, word in enumerate(said.split(" ")):
        found[-1] += " " if position else ""
        if len(word) <= _LONGEST_RUN:
            found[-1] += word
            continue
        parts = list(clusters(word))
        cut = ["".join(parts[at : at + _PIECE]) for at in range(0, len(parts), _PIECE)]
        found[-1] += cut[0]
        found += cut[1:]
    return found


def direction(said: str) -> str:
    """Return `rtl` or `ltr`: that of the first character that has one."""
    for character in said:
        kind = unicodedata.bidirectional(character)
        if kind in ("R", "AL"):
            return "rtl"
        if kind == "L":
            return "ltr"
    return "ltr"
