"""How wide a text is before anything draws it.

Advances are those of DejaVu Sans, whose metrics are Verdana's: the widest of the faces that a
picture asks for, so that what fits by them fits in the others. A letter with marks is as wide as
the letter. What is in no table (most scripts) is taken by its class, and said to be a guess.
"""

from __future__ import annotations

import unicodedata

# Thousandths of the size, for U+0020 to U+007E.
_REGULAR = (
    *(318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337),
    *(636, 636, 636, 636, 636, 636, 636, 636, 636, 636, 337, 337, 838, 838, 838, 531),
    *(1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863, 748, 787),
    *(603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500),
    *(500, 613, 635, 550, 635, 615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612),
    *(635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636, 337, 636, 838),
)
_BOLD = (
    *(348, 456, 521, 838, 696, 1002, 872, 306, 457, 457, 523, 838, 380, 415, 380, 365),
    *(696, 696, 696, 696, 696, 696, 696, 696, 696, 696, 400, 400, 838, 838, 838, 580),
    *(1000, 774, 762, 734, 830, 683, 683, 821, 837, 372, 372, 775, 637, 995, 837, 850),
    *(733, 850, 770, 720, 682, 812, 774, 1103, 771, 724, 725, 457, 365, 457, 838, 500),
    *(500, 675, 716, 593, 716, 678, 435, 716, 712, 343, 343, 665, 343, 1042, 712, 687),
    *(716, 716, 493, 595, 478, 712, 652, 924, 645, 652, 582, 712, 365, 712, 838),
)
_MORE = {"·": 318, "–": 500, "—": 1000, "…": 1000, "−": 838, "×": 838, "’": 318, "‘": 318}
_WIDE, _GUESS = 1000, 680


def width(said: str, size: float, *, is_bold: bool = False) -> float:
    """Return the width of a text at a size, in the size's unit."""
    table = _BOLD if is_bold else _REGULAR
    return sum(_advance(character, table) for character in said) * size / 1000


def is_measured(said: str) -> bool:
    """Tell whether every character is in the tables, so that the width is no guess."""
    return all(_known(character, _REGULAR) is not None for character in said)


def fitted(said: str, size: float, room: float, least: float) -> tuple[str, float]:
    """Return a text and the size at which it fits: smaller down to `least`, then cut with an …."""
    needed = width(said, size)
    if needed <= room:
        return said, size
    shrunk = size * room / needed
    if shrunk >= least:
        return said, round(shrunk - 0.005, 2)
    kept = said
    while kept and width(kept + "…", least) > room:
        kept = kept[:-1]
    return kept.rstrip() + "…", least


def wrapped(said: str, size: float, room: float) -> list[str]:
    """Break a text into lines no wider than `room`: at spaces, and inside words that need it."""
    lines = [""]
    for word in said.split():
        joined = f"{lines[-1]} {word}".strip()
        if width(joined, size) <= room:
            lines[-1] = joined
            continue
        lines.append("")
        for character in word:
            if lines[-1] and width(lines[-1] + character, size) > room:
                lines.append("")
            lines[-1] += character
    return [line for line in lines if line]


def _advance(character: str, table: tuple[int, ...]) -> int:
    known = _known(character, table)
    if known is not None:
        return known
    if unicodedata.category(character) in ("Mn", "Me", "Cf"):
        return 0
    return _WIDE if unicodedata.east_asian_width(character) in ("W", "F") else _GUESS


def _known(character: str, table: tuple[int, ...]) -> int | None:
    code = ord(character)
    if 0x20 <= code < 0x7F:
        return table[code - 0x20]
    if character in _MORE:
        return _MORE[character]
    base = unicodedata.normalize("NFD", character)[0]
    return table[ord(base) - 0x20] if 0x20 <= ord(base) < 0x7F else None
