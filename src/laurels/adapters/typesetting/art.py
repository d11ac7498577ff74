"""The pictures of a certificate as SVG: its band with the branch, the marks of tiers, its QR."""

from __future__ import annotations

from functools import lru_cache

from laurels.adapters.drawing.glyphs import MARK, tier_glyph
from laurels.adapters.drawing.leaves import certificate_branch
from laurels.adapters.drawing.palette import BAND, BAND_REVOKED, GOLD, GOLD_DEEP, LIGHT
from laurels.adapters.drawing.qr import qr_code
from laurels.adapters.drawing.svg import element, number

BAND_WIDTH, BAND_HEIGHT = 270, 707
FAINT = "#ddd6c4"  # a tier that is not reached
_QUIET, _DARK = 3, "#10241a"
# A sixth of gold over each ground, mixed beforehand: a printer needs no transparency.
_WEAVE, _WEAVE_REVOKED = "#385b40", "#635b4c"


@lru_cache(maxsize=64)
def band(place: int, of: int, *, is_revoked: bool) -> str:
    """Draw the left band: the woven ground, and the branch that grows with the tier."""
    sprig = certificate_branch(place if of else 0, of or 1)
    branch = (
        element("path", d=sprig.stem, fill="none", stroke=GOLD, stroke_width=3.2)
        + element("path", d=sprig.light, fill=GOLD)
        + element("path", d=sprig.dark, fill=GOLD_DEEP)
    )
    return _framed(
        BAND_WIDTH,
        BAND_HEIGHT,
        element("rect", width=BAND_WIDTH, height=BAND_HEIGHT, fill=_ground(is_revoked))
        + _weave(_WEAVE_REVOKED if is_revoked else _WEAVE)
        + element("g", branch, opacity=0.35 if is_revoked else 1),
    )


def _ground(is_revoked: bool) -> str:
    return BAND_REVOKED if is_revoked else BAND


def _weave(colour: str) -> str:
    ellipses = "".join(
        element("ellipse", cx=135, cy=354, rx=420, ry=120, transform=f"rotate({turn} 135 354)")
        for turn in range(0, 180, 10)
    )
    return element("g", ellipses, fill="none", stroke=colour, stroke_width=0.7)


@lru_cache(maxsize=64)
def ladder(place: int, of: int, *, is_revoked: bool) -> str:
    """Draw a glyph for each tier, those above `place` faint."""
    reached = LIGHT.muted if is_revoked else LIGHT.laurel
    drawn = "".join(
        element(
            "g",
            tier_glyph(at, of).draw(reached if at <= place else FAINT),
            transform=f"translate({at * 34} 0)",
        )
        for at in range(of)
    )
    return _framed(ladder_width(of), 24, drawn)


def ladder_width(of: int) -> int:
    """Return the width of a ladder's picture, whose height is 24."""
    return of * 34 - 10


@lru_cache(maxsize=4)
def mark(*, is_revoked: bool) -> str:
    """Draw the mark that stands before the kicker."""
    return _framed(32, 32, MARK.draw(LIGHT.muted if is_revoked else LIGHT.laurel))


def qr(address: str) -> str:
    """Draw the QR code of an address with its quiet zone, on white."""
    code = qr_code(address)
    side = code.side + 2 * _QUIET
    drawn = element("path", d=code.path, fill=_DARK, transform=f"translate({_QUIET} {_QUIET})")
    return _framed(side, side, element("rect", width=side, height=side, fill="#fff") + drawn)


def qr_side(address: str) -> int:
    """Return the side of the picture that `qr` draws."""
    return qr_code(address).side + 2 * _QUIET


def _framed(width: float, height: float, inside: str) -> str:
    return element(
        "svg",
        inside,
        xmlns="http://www.w3.org/2000/svg",
        width=width,
        height=height,
        viewBox=f"0 0 {number(width)} {number(height)}",
    )
