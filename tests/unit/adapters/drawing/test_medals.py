from __future__ import annotations

import re

import pytest

from laurels.adapters.drawing.medals import SHIPPED, SIDE, Medal, Rarity, medal_svg
from tests.unit.adapters.drawing.people import safe, said, title

RARITIES: tuple[Rarity, ...] = ("common", "rare", "epic", "legendary")


def leaves(svg: str) -> int:
    return max(path.count("Z") for path in re.findall(r'd="([^"]*)"', svg))


@pytest.mark.parametrize("medal", SHIPPED, ids=[medal.key for medal in SHIPPED])
def test_medal_when_drawn_then_safe_named_and_inside(medal: Medal) -> None:
    svg = medal_svg(medal)
    root = safe(svg)
    assert title(root) == f"{medal.name}, {medal.rarity}"
    assert root.get("viewBox") == f"0 0 {SIDE} {SIDE}"
    assert said(root) == [part for part in (medal.figure, medal.unit) if part]
    for path in re.findall(r'd="(M[^"a-z]*)"', svg):
        assert all(0 <= float(one) <= SIDE for one in re.findall(r"-?\d+(?:\.\d+)?", path))


def test_medals_when_shipped_then_each_is_another_picture() -> None:
    assert len({medal.key for medal in SHIPPED}) == len(SHIPPED) == 15
    assert len({medal_svg(medal) for medal in SHIPPED}) == len(SHIPPED)


def test_medal_when_rarer_then_more_leaves() -> None:
    grown = [
        leaves(medal_svg(Medal("k", "K", rarity, "figure", "1", "merged"))) for rarity in RARITIES
    ]
    assert grown == sorted(set(grown))
    assert len(grown) == 4


def test_medal_when_a_name_has_markup_then_it_is_text() -> None:
    assert title(safe(medal_svg(Medal("k", "<b>&", "rare", "leaf")))) == "<b>&, rare"
