"""The badges that come with Laurels, drawn by one hand: two branches round an emblem.

Each branch has as many leaves as the badge is rare, and from epic on the ground is the dark green
of the certificate's band with gold on it, so rarity is told by shape as well as by colour. A medal
brings its own ground and looks the same on light and dark pages.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from laurels.adapters.drawing.glyphs import MARK
from laurels.adapters.drawing.leaves import FULL, Point, leaf_between
from laurels.adapters.drawing.palette import BAND, GOLD, LIGHT
from laurels.adapters.drawing.svg import SERIF, element, picture, text

Rarity = Literal["common", "rare", "epic", "legendary"]
Emblem = Literal["figure", "leaf", "fan", "full fan", "rosette", "champion", "review", "issue"]
SIDE = 96
_CENTRE, _RADIUS = 48.0, 36.5


@dataclass(frozen=True, slots=True)
class Medal:
    """A badge to draw; `figure` and `unit` ("50", "merged") are for the emblem of that name."""

    key: str
    name: str
    rarity: Rarity
    emblem: Emblem
    figure: str = ""
    unit: str = ""


@dataclass(frozen=True, slots=True)
class _Finish:
    leaves: int
    ground: str
    rim: str
    branch: str
    emblem: str


_FINISHES: dict[Rarity, _Finish] = {
    "common": _Finish(4, LIGHT.surface, LIGHT.line, LIGHT.laurel, LIGHT.laurel),
    "rare": _Finish(5, LIGHT.surface, GOLD, LIGHT.bronze, LIGHT.ink),
    "epic": _Finish(6, BAND, GOLD, GOLD, "#f2ede2"),
    "legendary": _Finish(7, BAND, GOLD, GOLD, GOLD),
}
SHIPPED = (
    Medal("first_contribution", "First Contribution", "common", "leaf"),
    Medal("merged_10", "10 merged", "common", "figure", "10", "merged"),
    Medal("merged_50", "50 merged", "rare", "figure", "50", "merged"),
    Medal("merged_100", "100 merged", "epic", "figure", "100", "merged"),
    Medal("merged_500", "500 merged", "legendary", "figure", "500", "merged"),
    Medal("quality_contributor", "Quality Contributor", "rare", "fan"),
    Medal("excellence", "Excellence", "epic", "full fan"),
    Medal("perfect", "Perfect", "legendary", "rosette"),
    Medal("streak_3", "Three-month streak", "common", "figure", "3", "months"),
    Medal("streak_6", "Six-month streak", "rare", "figure", "6", "months"),
    Medal("streak_12", "Twelve-month streak", "epic", "figure", "12", "months"),
    Medal("streak_24", "Twenty-four-month streak", "legendary", "figure", "24", "months"),
    Medal("project_champion", "Project Champion", "epic", "champion"),
    Medal("first_review", "First Review", "common", "review"),
    Medal("issue_solver", "Issue Solver", "common", "issue"),
)


def medal_svg(medal: Medal) -> str:
    """Draw a medal on a square of 96."""
    finish = _FINISHES[medal.rarity]
    disc = element(
        "circle", cx=_CENTRE, cy=_CENTRE, r=47, fill=finish.ground, stroke=finish.rim,
        stroke_width=1.5,
    )  # fmt: skip
    inner = ""
    if medal.rarity == "legendary":
        inner = element("circle", cx=_CENTRE, cy=_CENTRE, r=44.5, fill="none", stroke=GOLD)
    title = f"{medal.name}, {medal.rarity}"
    branches = element("path", d=_branches(finish.leaves), fill=finish.branch)
    stems = element(
        "path", d=_stems(finish.leaves), fill="none", stroke=finish.branch, stroke_width=1.2
    )
    return picture(SIDE, SIDE, title, disc, inner, stems, branches, _emblem(medal, finish.emblem))


def _at(radius: float, turn: float) -> Point:
    """Return a point of the circle; a turn of 0 is the foot, 1 the top on the right."""
    angle = math.pi / 2 - turn * math.pi
    return _CENTRE + radius * math.cos(angle), _CENTRE + radius * math.sin(angle)


def _reach(leaves: int) -> float:
    return 0.3 + 0.085 * leaves


def _branches(leaves: int) -> str:
    """Return both branches: pairs of leaves that leave the stem outwards and inwards."""
    drawn = []
    for number in range(leaves):
        turn = 0.1 + (_reach(leaves) - 0.1) * number / leaves
        length = 0.105 - 0.03 * number / leaves
        for away in (5.2, -5.6):
            base = _at(_RADIUS, turn)
            tip = _at(_RADIUS + away, turn + length)
            drawn += [leaf_between(base, tip, FULL), leaf_between(_flip(base), _flip(tip), FULL)]
    base, tip = _at(_RADIUS, _reach(leaves)), _at(_RADIUS, _reach(leaves) + 0.09)
    drawn += [leaf_between(base, tip, FULL), leaf_between(_flip(base), _flip(tip), FULL)]
    return "".join(drawn)


def _flip(point: Point) -> Point:
    return 2 * _CENTRE - point[0], point[1]


def _stems(leaves: int) -> str:
    parts = []
    for side in (1, -1):
        start, end = _at(_RADIUS, 0.04), _at(_RADIUS, _reach(leaves))
        if side < 0:
            start, end = _flip(start), _flip(end)
        parts.append(
            f"M{start[0]:.1f} {start[1]:.1f}A{_RADIUS} {_RADIUS} 0 0 {0 if side > 0 else 1}"
            f" {end[0]:.1f} {end[1]:.1f}"
        )
    return "".join(parts)


def _emblem(medal: Medal, colour: str) -> str:
    if medal.emblem == "figure":
        return _figure(medal, colour)
    if medal.emblem == "champion":
        return element("g", MARK.draw(colour), transform="translate(28 27) scale(1.25)")
    if medal.emblem in ("review", "issue"):
        return _ring(colour, is_review=medal.emblem == "review")
    return element("path", d=_leaves(medal.emblem), fill=colour)


def _figure(medal: Medal, colour: str) -> str:
    size = 34 if len(medal.figure) < 3 else 27
    figure = text(medal.figure, _CENTRE, 54, font_family=SERIF, font_size=size, font_weight=600)
    unit = text(medal.unit, _CENTRE, 66, font_family=SERIF, font_size=9.5)
    return element("g", figure + unit, fill=colour, text_anchor="middle")


def _ring(colour: str, *, is_review: bool) -> str:
    """Draw the pages' sign of a review (half seen) or of a solved issue (checked)."""
    ring = element("circle", cx=48, cy=48, r=15, fill="none", stroke=colour, stroke_width=3)
    if is_review:
        return ring + element("path", d="M48 33a15 15 0 0 0 0 30z", fill=colour)
    check = element(
        "path", d="m41 48.6 5 5.2 9.4-11.2", fill="none", stroke=colour, stroke_width=3.4,
        stroke_linecap="round", stroke_linejoin="round",
    )  # fmt: skip
    return ring + check


def _leaves(emblem: Emblem) -> str:
    """Return the leaves of an emblem: one, a fan of three or five, or a full round of eight."""
    if emblem == "leaf":
        return leaf_between((40, 62), (57, 31), FULL)
    if emblem == "rosette":
        turns = [number * 45 for number in range(8)]
        return "".join(_ray(48, 48, 3, 19, turn) for turn in turns)
    spread = (-50, 0, 50) if emblem == "fan" else (-80, -40, 0, 40, 80)
    return "".join(_ray(48, 60, 1, 26, turn - 90) for turn in spread)


def _ray(x: float, y: float, start: float, end: float, turn: float) -> str:
    angle = math.radians(turn)
    base = x + start * math.cos(angle), y + start * math.sin(angle)
    return leaf_between(base, (x + end * math.cos(angle), y + end * math.sin(angle)), FULL)
