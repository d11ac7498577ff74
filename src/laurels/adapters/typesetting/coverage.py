"""Which characters the faces at hand can print: asked of typst, character by character, once each.

Typst refuses to write PDF/UA where a glyph is missing, and that is the question asked here: a few
characters are set in the faces of a certificate, and a refusal is halved until it is alone.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence

from laurels.adapters.typesetting.characters import clusters

REPLACEMENT = "□"
# Typst's own serif has every one of them, so most names ask nothing.
_SURE = 0x250
_MOST_KEPT = 20_000


class Coverage:
    """Remembers what `is_set` (does typst set these clusters, each alone?) answered."""

    def __init__(self, is_set: Callable[[Sequence[str]], bool]) -> None:
        self._is_set = is_set
        self._known: dict[str, bool] = {}

    def mended(self, said: str) -> str:
        """Return a text with a hollow square for each cluster that no face can print."""
        if is_sure(said):
            return said
        parts = list(clusters(said))
        self._ask([part for part in dict.fromkeys(parts) if not is_sure(part)])
        return "".join(
            part if is_sure(part) or self._known[part] else REPLACEMENT for part in parts
        )

    def _ask(self, parts: list[str]) -> None:
        if len(self._known) > _MOST_KEPT:
            self._known.clear()
        new = [part for part in parts if part not in self._known]
        private = [part for part in new if any(_is_nothing(character) for character in part)]
        self._known |= dict.fromkeys(private, False)
        self._halve([part for part in new if part not in self._known])
        self._known |= {part: self._known.get(part, False) for part in parts}

    def _halve(self, parts: list[str]) -> None:
        if not parts:
            return
        if self._is_set(parts):
            self._known |= dict.fromkeys(parts, True)
        elif len(parts) == 1:
            self._known[parts[0]] = False
        else:
            middle = len(parts) // 2
            self._halve(parts[:middle])
            self._halve(parts[middle:])


def is_sure(said: str) -> bool:
    """Tell whether a text is Latin, which needs no question."""
    return all(ord(character) < _SURE for character in said)


def _is_nothing(character: str) -> bool:
    """Tell whether a character has no agreed shape: private use, unassigned."""
    return unicodedata.category(character) in ("Co", "Cn", "Cs")
