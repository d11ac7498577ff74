"""A certificate as SVG: text that can be selected, and nothing that runs or is fetched.

Whoever opens it has fonts of their own, so a name in any script is shown by them. Lines are broken
by the widest face that may come (`drawing.widths`). Links are left out: an SVG is shown as a
picture, and the address stands on it and in its QR code.
"""

from __future__ import annotations

from collections.abc import Sequence

from laurels.adapters.drawing.glyphs import MARK, tier_glyph
from laurels.adapters.drawing.palette import GOLD, LIGHT
from laurels.adapters.drawing.svg import MONO, SANS, SERIF, element, picture, text, words
from laurels.adapters.drawing.widths import fitted, width, wrapped
from laurels.adapters.typesetting import art
from laurels.adapters.typesetting.characters import direction, printable
from laurels.adapters.typesetting.sheet import CertificateSheet, Fact, Wording, worded

WIDTH, HEIGHT = 1000, 707
_LEFT, _ROOM, _FOOT_ROOM = 332, 608, 440
_NAME_SIZES = (72, 60, 50, 42, 34, 28, 24, 20, 17, 14, 12)
_NAME_TOP, _NAME_HEIGHT = 108, 156
_BODY_SIZES = (22, 20, 18, 16, 14, 12, 10, 8)
_BODY_BOTTOM, _MARKS_TOP, _QR_SIDE = 470, 492, 126


def certificate_svg(sheet: CertificateSheet) -> str:
    """Draw a certificate as a picture of 1000 by 707."""
    said = worded(sheet)
    revoked = sheet.revoked is not None
    drawn = [
        element("rect", width=WIDTH, height=HEIGHT, fill="#fffdf6"),
        art.band(sheet.place, sheet.of, is_revoked=revoked),
        _rule(),
        _stamp() if revoked else "",
        _head(said, is_revoked=revoked),
        _body(said),
        _marks(sheet),
        _facts(said.facts),
        _qr(sheet.address),
    ]
    return picture(WIDTH, HEIGHT, printable(said.document), *drawn)


def _rule() -> str:
    return element(
        "rect", x=292, y=22, width=686, height=663, fill="none", stroke=GOLD, stroke_opacity=0.55
    )


def _stamp() -> str:
    inside = element(
        "rect", x=-215, y=-88, width=430, height=122, rx=12, fill="none", stroke_width=5
    ) + text("Revoked", 0, 0, text_anchor="middle", stroke="none")
    return element(
        "g",
        inside,
        transform="translate(640 360) rotate(-13)",
        font_family=SERIF,
        font_size=104,
        font_weight=600,
        fill=LIGHT.clay,
        stroke=LIGHT.clay,
        opacity=0.4,
        aria_hidden="true",
    )


def _line(said: str, x: float, y: float, size: float, room: float, **look: str | int) -> str:
    """Return one line, smaller where it would not fit."""
    shown, shrunk = fitted(printable(said), size, room, 7)
    return text(shown, x, y, font_size=shrunk, **{"font_family": SANS, **look})


def _head(said: Wording, *, is_revoked: bool) -> str:
    mark, kicker = (LIGHT.muted,) * 2 if is_revoked else (LIGHT.laurel, LIGHT.bronze)
    drawn = element("g", MARK.draw(mark), transform=f"translate({_LEFT} 62)")
    drawn += _line(said.kicker, _LEFT + 42, 84, 16, _ROOM - 42, fill=kicker, font_weight=600)
    if said.warning:
        drawn += _line(said.warning, _LEFT, 50, 15, _ROOM, fill=LIGHT.clay, font_weight=600)
    return drawn


def _body(said: Wording) -> str:
    name = printable(said.name)
    size, lines = _fitting(name, _NAME_SIZES, 1.1, _NAME_HEIGHT)
    # Of a line that runs to the left, the end stands at the left edge.
    turned = {"direction": "rtl", "text_anchor": "end"} if direction(name) == "rtl" else {}
    step = size * 1.1
    rows = "".join(
        element("tspan", words(line), x=_LEFT, y=_NAME_TOP + size + at * step)
        for at, line in enumerate(lines)
    )
    drawn = element("text", rows, font_family=SERIF, font_size=size, fill=LIGHT.ink, **turned)
    beneath = _NAME_TOP + size * 1.2 + (len(lines) - 1) * step + 20
    drawn += _line(said.under, _LEFT, beneath, 16, _ROOM, fill=LIGHT.muted)
    return drawn + _sentence(said, beneath + 24)


def _sentence(said: Wording, top: float) -> str:
    whole = printable(f"{said.before} {said.what}{said.after} {said.message}")
    size, lines = _fitting(whole, _BODY_SIZES, 1.4, _BODY_BOTTOM - top)
    what = printable(said.what)
    rows = "".join(
        element("tspan", _emphasised(line, what), x=_LEFT, y=top + (at + 1) * size * 1.4)
        for at, line in enumerate(lines)
    )
    return element("text", rows, font_family=SERIF, font_size=size, fill=LIGHT.ink)


def _emphasised(line: str, what: str) -> str:
    before, found, after = line.partition(what) if what else (line, "", "")
    bold = element("tspan", words(found), font_weight=700) if found else ""
    return words(before) + bold + words(after)


def _fitting(
    said: str, sizes: Sequence[int], leading: float, height: float
) -> tuple[int, list[str]]:
    """Return the largest size at which the lines of a text fit a height, and the lines."""
    for size in sizes:
        lines = wrapped(said, size, _ROOM)
        if len(lines) * size * leading <= height:
            break
    return size, lines


def _marks(sheet: CertificateSheet) -> str:
    if not sheet.of:
        return ""
    reached = LIGHT.muted if sheet.revoked else LIGHT.laurel
    step = min(40, 400 / sheet.of)
    drawn = "".join(
        element(
            "g",
            tier_glyph(at, sheet.of).draw(reached if at <= sheet.place else art.FAINT),
            transform=f"translate({_LEFT + step * at:g} {_MARKS_TOP}) scale(1.2)",
        )
        for at in range(sheet.of)
    )
    left = _LEFT + step * sheet.of + 8
    return drawn + _line(sheet.place_words, left, _MARKS_TOP + 21, 16, 190, fill=LIGHT.muted)


def _facts(facts: Sequence[Fact]) -> str:
    edge = max(width(fact.label, 14) for fact in facts) + 14
    drawn = ""
    for at, fact in enumerate(facts):
        y = 660 - 22 * (len(facts) - 1 - at)
        face = MONO if fact.is_figure else SANS
        drawn += text(fact.label, _LEFT, y, font_family=SANS, font_size=14, fill=LIGHT.muted)
        drawn += _line(
            fact.value, _LEFT + edge, y, 14, _FOOT_ROOM - edge, fill=LIGHT.ink, font_family=face
        )
    return drawn


def _qr(address: str) -> str:
    side = float(art.qr_side(address))
    placed = f"translate({_LEFT + _ROOM - _QR_SIDE} {665 - _QR_SIDE}) scale({_QR_SIDE / side:.4f})"
    title = element("title", words(f"QR code: the address {address}"))
    return element("g", title + art.qr(address), transform=placed)
