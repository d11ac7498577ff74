from __future__ import annotations

import re
from importlib.resources import files
from xml.etree import ElementTree

import pytest

from laurels.adapters.drawing.glyphs import (
    BRANCH,
    GROWING,
    LEAF,
    MARK,
    SPRIG,
    WREATH,
    Glyph,
    tier_glyph,
)

SPRITE = files("laurels.web").joinpath("static/laurels/sprite.svg").read_text(encoding="utf-8")
NAMED = {"t-leaf": LEAF, "t-sprig": SPRIG, "t-branch": BRANCH, "t-wreath": WREATH, "mark": MARK}
SVG = "{http://www.w3.org/2000/svg}"


def numbers(path: str) -> list[float]:
    return [float(one) for one in re.findall(r"-?\d+(?:\.\d+)?", path)]


@pytest.mark.parametrize("name", NAMED)
def test_glyph_when_compared_with_the_pages_sprite_then_the_same_shape(name: str) -> None:
    symbol = next(
        one for one in ElementTree.fromstring(SPRITE).iter(f"{SVG}symbol") if one.get("id") == name
    )
    stem, leaves = [one.get("d") or "" for one in symbol.iter(f"{SVG}path")]
    assert NAMED[name].stem == stem
    ours, theirs = numbers(NAMED[name].leaves), numbers(leaves)
    assert len(ours) == len(theirs)
    share = 0.05 * (32 if name == "mark" else 24)
    assert max(abs(a - b) for a, b in zip(ours, theirs, strict=True)) < share


def test_glyph_when_drawn_then_in_one_colour() -> None:
    for glyph in GROWING:
        assert set(re.findall("#[0-9a-f]{6}", glyph.draw("#123456"))) == {"#123456"}
    assert WREATH.draw("#123456").count("<path") == 4


def test_tier_glyph_when_the_ladder_grows_then_the_top_is_a_wreath() -> None:
    def drawn(of: int) -> list[Glyph]:
        return [tier_glyph(place, of) for place in range(of)]

    assert drawn(1) == [WREATH]
    assert drawn(2) == [LEAF, WREATH]
    assert drawn(4) == [LEAF, SPRIG, BRANCH, WREATH]
    assert drawn(7)[0] == LEAF
    assert drawn(7)[-1] == WREATH
