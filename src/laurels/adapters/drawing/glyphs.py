"""The glyphs of tiers on a square of 24, and the mark on one of 32, as they stand on the pages.

A glyph is a stem, drawn as a line, and leaves, drawn as one filled path.
"""

from __future__ import annotations

from dataclasses import dataclass

from laurels.adapters.drawing.leaves import FULL, Point, leaf_between
from laurels.adapters.drawing.svg import element


@dataclass(frozen=True, slots=True)
class Glyph:
    """A stem and its leaves; `is_twofold` is drawn again, mirrored about the middle."""

    stem: str
    leaves: str
    stroke: float = 1.4
    is_twofold: bool = False

    def draw(self, colour: str) -> str:
        """Return the elements of the glyph in one colour."""
        drawn = element(
            "path",
            d=self.stem,
            fill="none",
            stroke=colour,
            stroke_width=self.stroke,
            stroke_linecap="round",
        ) + element("path", d=self.leaves, fill=colour)
        if self.is_twofold:
            drawn += element("g", drawn, transform="matrix(-1 0 0 1 24 0)")
        return drawn


def _glyph(stem: str, *leaves: tuple[Point, Point], twofold: bool = False) -> Glyph:
    drawn = "".join(leaf_between(base, tip, FULL) for base, tip in leaves)
    return Glyph(stem, drawn, is_twofold=twofold)


LEAF = _glyph("M5 20L9.5 14.8", ((8, 16.6), (17.4, 5.4)))
SPRIG = _glyph(
    "M5 21Q9 17 10.2 15.3",
    ((8.4, 17.4), (7.8, 8.8)),
    ((8.4, 17.4), (17, 17)),
    ((10.2, 15.3), (18, 6.4)),
)
BRANCH = _glyph(
    "M3.6 21.4Q9 18 12.6 13.1",
    ((6, 19.6), (6, 12.6)),
    ((6, 19.6), (13, 20.4)),
    ((9.9, 16), (9.5, 9.2)),
    ((9.9, 16), (16.7, 15.9)),
    ((12.6, 13.1), (19.7, 5.5)),
)
WREATH = _glyph(
    "M12 19.8A7.6 7.6 0 0 0 17.3 6.7",
    ((14.3, 19.4), (19.2, 21.4)),
    ((14.3, 19.4), (17.2, 15.8)),
    ((18.3, 16.4), (23, 15.1)),
    ((18.3, 16.4), (18.3, 12.1)),
    ((19.6, 11.7), (22.3, 8)),
    ((19.6, 11.7), (17.1, 8.5)),
    ((17.6, 7.1), (17.5, 2.9)),
    ((17.6, 7.1), (14, 6.2)),
    twofold=True,
)
_MARK_LEAVES = (
    ((11.2, 27.9), (2.8, 14.9)),
    ((14.8, 22.4), (13.5, 12.7)),
    ((14.8, 22.4), (24.5, 20.8)),
    ((19.5, 16), (18.7, 7.3)),
    ((19.5, 16), (28.2, 14.3)),
    ((20.6, 14.6), (27.6, 5.3)),
)
MARK = Glyph(
    "M11 27.6Q16.5 20 20.6 14.6",
    "".join(leaf_between(base, tip, FULL) for base, tip in _MARK_LEAVES),
    stroke=1.8,
)
GROWING = (LEAF, SPRIG, BRANCH, WREATH)


def tier_glyph(place: int, of: int) -> Glyph:
    """Return the glyph of a tier by its place on the ladder, 0 the lowest; the top is a wreath."""
    if place >= of - 1:
        return GROWING[-1]
    return GROWING[place * (len(GROWING) - 1) // max(1, of - 1)]
