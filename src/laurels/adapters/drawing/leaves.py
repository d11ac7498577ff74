"""The leaf that carries data: one shape, placed along a stem. Coordinates are SVG's."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shape:
    """How far the curve of a leaf leaves its base and its tip, and at which angles."""

    base_reach: float
    base_angle: float
    tip_reach: float
    tip_angle: float


# The leaf of the big branches, and the fuller one of glyphs, which is seen at 16 px.
SLIM = Shape(0.307, math.radians(44.5), 0.395, math.radians(33))
FULL = Shape(0.4, math.radians(52), 0.43, math.radians(45))


def _at(start: Point, length: float, angle: float) -> Point:
    return start[0] + length * math.cos(angle), start[1] + length * math.sin(angle)


def _shown(point: Point) -> str:
    return " ".join(f"{value:.1f}".removesuffix(".0") for value in point)


def _half(base: Point, tip: Point, side: int, shape: Shape = SLIM) -> tuple[str, str]:
    """Return the two control points of one edge, seen from the base; side is -1 or 1."""
    length = math.dist(base, tip)
    angle = math.atan2(tip[1] - base[1], tip[0] - base[0])
    near = _at(base, shape.base_reach * length, angle + side * shape.base_angle)
    far = _at(tip, -shape.tip_reach * length, angle - side * shape.tip_angle)
    return _shown(near), _shown(far)


def leaf(base: Point, length: float, angle: float) -> str:
    """Return the path of a whole leaf from its base, pointing at an angle (radians)."""
    return leaf_between(base, _at(base, length, angle))


def leaf_between(base: Point, tip: Point, shape: Shape = SLIM) -> str:
    """Return the path of a whole leaf from its base to its tip."""
    a, b = _half(base, tip, -1, shape)
    c, d = _half(base, tip, 1, shape)
    return f"M{_shown(base)}C{a} {b} {_shown(tip)}C{d} {c} {_shown(base)}Z"


def half_leaf(base: Point, length: float, angle: float, side: int) -> str:
    """Return the path of one half of a leaf, cut along its middle."""
    tip = _at(base, length, angle)
    a, b = _half(base, tip, side)
    return f"M{_shown(base)}C{a} {b} {_shown(tip)}Z"


@dataclass(frozen=True, slots=True)
class Curve:
    """A quadratic curve from start to end."""

    start: Point
    bend: Point
    end: Point

    def at(self, t: float) -> Point:
        """Return the point at t from 0 to 1."""
        u = 1 - t
        return tuple(  # type: ignore[return-value]
            u * u * s + 2 * u * t * b + t * t * e
            for s, b, e in zip(self.start, self.bend, self.end, strict=True)
        )

    def angle(self, t: float) -> float:
        """Return the direction of travel at t."""
        dx, dy = (
            (1 - t) * (b - s) + t * (e - b)
            for s, b, e in zip(self.start, self.bend, self.end, strict=True)
        )
        return math.atan2(dy, dx)

    def until(self, t: float) -> str:
        """Return the path from the start to t."""
        bend = tuple(s + t * (b - s) for s, b in zip(self.start, self.bend, strict=True))
        return f"M{_shown(self.start)}Q{_shown(bend)} {_shown(self.at(t))}"  # type: ignore[arg-type]

    def since(self, t: float) -> str:
        """Return the path from t to the end."""
        bend = tuple(b + t * (e - b) for b, e in zip(self.bend, self.end, strict=True))
        return f"M{_shown(self.at(t))}Q{_shown(bend)} {_shown(self.end)}"  # type: ignore[arg-type]


_STEM = Curve((14, 124), (262, 116), (504, 66))
_SHORTEST, _LONGEST, _ROOMY = 20.0, 76.0, 14


@dataclass(frozen=True, slots=True)
class Branch:
    """The season's branch: paths of the weeks that are past, this week's, and those to come."""

    stem: str
    stem_todo: str
    done: str
    now: str
    todo: str


def branch(merges: Sequence[int], total: int, *, is_over: bool) -> Branch:
    """Draw a leaf a week: `merges` of the weeks so far, `total` weeks in all.

    The last of `merges` is this week unless the season is over. A leaf is longer the more was
    merged, measured against the most of any week; a week without any keeps the shortest leaf.
    """
    most = max(merges, default=0) or 1
    longest = _SHORTEST + (_LONGEST - _SHORTEST) * min(1.0, _ROOMY / max(1, total))
    done, now, todo = [], "", []
    for week in range(total):
        t = (week + 0.5) / total
        side = -1 if week % 2 == 0 else 1
        angle = _STEM.angle(t) + side * math.radians(50)
        share = merges[week] / most if week < len(merges) else 0.45
        drawn = leaf(_STEM.at(t), _SHORTEST + (longest - _SHORTEST) * share, angle)
        if week >= len(merges):
            todo.append(drawn)
        elif week == len(merges) - 1 and not is_over:
            now = drawn
        else:
            done.append(drawn)
    grown = min(1.0, len(merges) / max(1, total))
    return Branch(
        _STEM.until(grown),
        _STEM.since(grown) if grown < 1 else "",
        "".join(done),
        now,
        "".join(todo),
    )


@dataclass(frozen=True, slots=True)
class Sprig:
    """The certificate's branch: its stem, and the light and dark halves of its leaves."""

    stem: str
    light: str
    dark: str


def certificate_branch(place: int, of: int) -> Sprig:
    """Draw the branch of a tier by its place on the ladder, 0 the lowest: higher grows taller."""
    share = (place + 1) / max(of, place + 1)
    pairs = round(3 + 6 * share)
    top = 560 - 460 * share
    curve = Curve((84, 705), (178, (705 + top) / 2 + 20), (139, top))
    light, dark = [], []
    for number in range(pairs):
        t = 0.12 + 0.84 * number / pairs
        base, angle = curve.at(t), curve.angle(t)
        length = 104 - 44 * number / pairs
        for side in (-1, 1):
            start = curve.at(min(1.0, t + (0.018 if side > 0 else 0)))
            pointing = angle + side * math.radians(46)
            light.append(half_leaf(start if side > 0 else base, length, pointing, side))
            dark.append(half_leaf(start if side > 0 else base, length, pointing, -side))
    light.append(half_leaf(curve.end, 76, curve.angle(1.0) + 0.1, -1))
    dark.append(half_leaf(curve.end, 76, curve.angle(1.0) + 0.1, 1))
    return Sprig(curve.until(1.0), "".join(light), "".join(dark))
