"""Which faces there are, and in which order a text looks for its glyphs.

Typst carries a serif with Latin, Greek and Cyrillic (and a face for figures). The extra `[fonts]`
adds Noto for the other scripts, and Amiri for Arabic: files in packages that hold nothing else,
found by name and never imported. Amiri comes first because Noto draws a dotted letter as two
glyphs, and then readers copy it twice. Fonts of the machine are not read, so a certificate looks
the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

_PACKAGES = ("fontpkg_amiri", "manimgx_fonts", "manimgx_fonts_cjk")
SERIF, FIGURES = "Libertinus Serif", "DejaVu Sans Mono"
_SANS, _ARABIC = "Noto Sans", "Amiri"
_SCRIPTS = (
    *("Arabic", "Hebrew", "Devanagari", "Bengali", "Tamil", "Thai", "Armenian", "Georgian"),
    *("Gurmukhi", "Gujarati", "Oriya", "Telugu", "Kannada", "Malayalam", "Sinhala", "Lao"),
    *("Myanmar", "Khmer", "Ethiopic"),
)
_LAST = ("Noto Sans Symbols", "Noto Emoji")


@cache
def folders() -> tuple[str, ...]:
    """Return the folders of the fonts that the extra `[fonts]` brought, if any."""
    found = []
    for package in _PACKAGES:
        spec = find_spec(package)
        if spec is not None and spec.origin is not None:
            found.append(str(Path(spec.origin).parent))
    return tuple(found)


def are_all_there() -> bool:
    """Tell whether the extra `[fonts]` is installed whole."""
    return len(folders()) == len(_PACKAGES)


def faces(texts: Iterable[str], families: frozenset[str]) -> dict[str, list[str]]:
    """Return the faces to try for serif and sans, those of `families` only, in order.

    Chinese, Japanese and Korean share code points and differ in their shapes: kana or hangul in
    the texts tell which; Han alone is taken as simplified Chinese.
    """
    rest = [_ARABIC, *(f"Noto Sans {script}" for script in _SCRIPTS)]
    rest += [f"Noto Sans CJK {_han(''.join(texts))}", *_LAST]
    return {
        "serif": [face for face in (SERIF, _SANS, *rest) if face in families],
        "sans": [face for face in (_SANS, SERIF, *rest) if face in families],
        "figures": [face for face in (FIGURES, SERIF, _SANS, *rest) if face in families],
    }


def _han(said: str) -> str:
    if any(
        "\u3040" <= character < "\u3100" or "\uff66" <= character < "\uffa0" for character in said
    ):
        return "JP"
    if any(
        "\uac00" <= character < "\ud7b0" or "\u1100" <= character < "\u1200" for character in said
    ):
        return "KR"
    return "SC"
