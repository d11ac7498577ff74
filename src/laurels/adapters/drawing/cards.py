"""Cards for other people's pages: a person's standing, and the head of a board.

They hold no script, no link and nothing fetched, so a page may show them in an <img> or <iframe>.
"""

from __future__ import annotations

import math

from laurels.adapters.drawing.facts import BadgeFacts, BoardFacts, BoardRow
from laurels.adapters.drawing.glyphs import tier_glyph
from laurels.adapters.drawing.leaves import FULL, leaf_between
from laurels.adapters.drawing.palette import BAND, GOLD, Palette, Theme, palette
from laurels.adapters.drawing.svg import SANS, SERIF, element, picture, text, words
from laurels.adapters.drawing.widths import fitted, width
from laurels.domain.rulesets.numbers import points

CARD_WIDTH, CARD_HEIGHT, BOARD_WIDTH = 340, 132, 380
MOST_ROWS = 10
_BAND, _LEFT, _RIGHT = 96, 114, 322
_SIDE = f"M10 0H{_BAND}V{CARD_HEIGHT}H10a10 10 0 0 1-10-10V10A10 10 0 0 1 10 0z"
_LEAVES, _ROW, _HEAD, _FOOT = 11, 30, 64, 34


def person_card(facts: BadgeFacts, theme: Theme = "light") -> str:
    """Draw a person's card: tier, points and rank, and the way to the next tier as a stem."""
    colours = palette(theme)
    is_known = facts.state == "known"
    band = colours.sunken if not is_known else BAND
    inside = [
        _ground(CARD_WIDTH, CARD_HEIGHT, colours),
        element("path", d=_SIDE, fill=band),
    ]
    if is_known and facts.tier:
        glyph = tier_glyph(facts.place, facts.of).draw(GOLD)
        inside.append(element("g", glyph, transform="translate(17 33) scale(2.6)"))
    inside.append(_frame(CARD_WIDTH, CARD_HEIGHT, colours))
    inside += _person(facts, colours) if is_known else [_nobody(facts, colours)]
    return picture(CARD_WIDTH, CARD_HEIGHT, facts.title, *inside)


def _person(facts: BadgeFacts, colours: Palette) -> list[str]:
    day_width = width(facts.on, 12)
    tier = ", ".join(part for part in (facts.tier, facts.place_words) if part)
    second = " · ".join(part for part in (facts.points_words, _ranked(facts)) if part)
    return [
        _line(facts.program, _LEFT, 27, 12, _RIGHT - _LEFT - day_width - 12, fill=colours.muted),
        text(facts.on, _RIGHT, 27, font_family=SANS, font_size=12, fill=colours.muted,
             text_anchor="end"),
        _line(facts.login, _LEFT, 51, 21, _RIGHT - _LEFT, fill=colours.ink, font_family=SERIF),
        _line(tier or "No tier yet", _LEFT, 71, 14, _RIGHT - _LEFT, fill=colours.laurel,
              font_weight=600),
        _line(second or "No points yet", _LEFT, 88, 12, _RIGHT - _LEFT, fill=colours.muted),
        _stem(facts.progress, colours),
    ]  # fmt: skip


def _ranked(facts: BadgeFacts) -> str:
    if not facts.rank_words:
        return ""
    return f"{facts.rank_words} in {facts.season}" if facts.season else facts.rank_words


def _nobody(facts: BadgeFacts, colours: Palette) -> str:
    said = "Nobody here has this login." if facts.state == "unknown" else "Not shown."
    room = _RIGHT - _LEFT
    return _line(facts.program, _LEFT, 27, 12, room, fill=colours.muted) + _line(
        said, _LEFT, 66, 14, room, fill=colours.ink
    )


def _stem(progress: float, colours: Palette) -> str:
    """Draw the way to the next tier: as much of it in leaf as is done."""
    grown = (_RIGHT - _LEFT) * min(1.0, max(0.0, progress))
    leaves = []
    for number in range(_LEAVES):
        x = _LEFT + 8 + number * (_RIGHT - _LEFT - 16) / _LEAVES
        if x > _LEFT + grown:
            break
        length, side = 10 + 3 * math.sin(number * 1.9), -1 if number % 2 == 0 else 1
        tip = (x + length * 0.64, 110 + side * length * 0.77)
        leaves.append(leaf_between((x, 110), tip, FULL))
    bare = element(
        "path", d=f"M{_LEFT} 110h{_RIGHT - _LEFT}", stroke=colours.line, stroke_width=1.5
    )
    done = element("path", d=f"M{_LEFT} 110h{grown:.1f}", stroke=colours.laurel, stroke_width=1.5)
    return bare + (done + element("path", d="".join(leaves), fill=colours.laurel) if grown else "")


def board_card(facts: BoardFacts, theme: Theme = "light") -> str:
    """Draw the head of a board, at most ten lines."""
    colours = palette(theme)
    rows = facts.rows[:MOST_ROWS]
    high = _HEAD + _ROW * max(1, len(rows)) + _FOOT
    inside = [
        _ground(BOARD_WIDTH, high, colours),
        _frame(BOARD_WIDTH, high, colours),
        _line(facts.program, 20, 30, 19, BOARD_WIDTH - 40, fill=colours.ink, font_family=SERIF),
        _line(facts.scope, 20, 50, 12, BOARD_WIDTH - 40, fill=colours.muted),
        *(_row(row, _HEAD + at * _ROW, colours) for at, row in enumerate(rows)),
    ]
    if not rows:
        inside.append(_line("Nobody has points yet.", 20, 84, 13, 340, fill=colours.muted))
    inside.append(_line(facts.on, 20, high - 14, 12, BOARD_WIDTH - 40, fill=colours.muted))
    return picture(BOARD_WIDTH, high, _board_title(facts, rows), *inside)


def _row(row: BoardRow, top: float, colours: Palette) -> str:
    y = top + 20
    right = BOARD_WIDTH - 20
    said = points(row.points)
    drawn = element("path", d=f"M20 {top:g}h{BOARD_WIDTH - 40}", stroke=colours.line)
    if row.tier:
        glyph = tier_glyph(row.place, row.of).draw(colours.laurel)
        named = element("title", words(row.tier)) + glyph
        drawn += element("g", named, transform=f"translate(66 {top + 7:g}) scale(.7)")
    room = right - 92 - width(said, 13) - 12
    return (
        drawn
        + text(row.rank, 56, y, font_family=SERIF, font_size=15, fill=colours.muted,
               text_anchor="end")
        + _line(row.login, 92, y, 14, room, fill=colours.ink)
        + text(said, right, y, font_family=SANS, font_size=13, fill=colours.ink, text_anchor="end")
    )  # fmt: skip


def _board_title(facts: BoardFacts, rows: tuple[BoardRow, ...]) -> str:
    said = "; ".join(f"{row.rank} {row.login}, {points(row.points)}" for row in rows)
    return f"{facts.program}, {facts.scope}, {facts.on}: {said or 'nobody has points yet'}"


def _ground(wide: float, high: float, colours: Palette) -> str:
    return element("rect", width=wide, height=high, rx=10, fill=colours.surface)


def _frame(wide: float, high: float, colours: Palette) -> str:
    return element(
        "rect", x=0.5, y=0.5, width=wide - 1, height=high - 1, rx=9.5, fill="none",
        stroke=colours.line,
    )  # fmt: skip


def _line(said: str, x: float, y: float, size: float, room: float, **look: str | int) -> str:
    """Return one line, smaller where it would not fit, and cut only below a third of its size."""
    shown, shrunk = fitted(said, size, room, max(7, size / 3))
    return text(shown, x, y, font_size=shrunk, **{"font_family": SANS, **look})
