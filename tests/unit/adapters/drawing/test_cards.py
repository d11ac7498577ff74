from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.drawing.cards import (
    BOARD_WIDTH,
    CARD_HEIGHT,
    CARD_WIDTH,
    MOST_ROWS,
    board_card,
    person_card,
)
from laurels.adapters.drawing.facts import BadgeFacts, BoardFacts, BoardRow
from laurels.adapters.drawing.palette import DARK, LIGHT, Theme
from tests.unit.adapters.drawing.people import FERN, HIDDEN, UNKNOWN, safe, said, title

ROWS = (
    BoardRow("1st", "fern-hollow", 12_988, "Wreath", 3, 4),
    BoardRow("=2nd", "drift-marlow", 988, "Branch", 2, 4),
    BoardRow("=2nd", "a" * 39, 988),
)
BOARD = BoardFacts("Harbour Commons", "All projects, Season 3", "14 May 2026", ROWS)


def leaves(svg: str) -> int:
    """Return how many leaves the stem at the foot carries."""
    return svg.rpartition("<path")[2].count("Z")


@pytest.mark.parametrize(("theme", "ground"), [("light", LIGHT.surface), ("dark", DARK.surface)])
def test_card_when_drawn_then_the_standing_in_words(theme: Theme, ground: str) -> None:
    svg = person_card(FERN, theme)
    root = safe(svg)
    assert said(root) == [
        "Harbour Commons",
        "14 May 2026",
        "fern-hollow",
        "Branch, third of four tiers",
        "988 points · 23rd in Season 3",
    ]
    assert title(root) == FERN.title
    assert (root.get("width"), root.get("height")) == (str(CARD_WIDTH), str(CARD_HEIGHT))
    assert f'fill="{ground}"' in svg


def test_card_when_nearer_to_the_next_tier_then_more_leaves() -> None:
    grown = [leaves(person_card(replace(FERN, progress=share / 10))) for share in range(1, 11)]
    assert grown == sorted(grown)
    assert grown[-1] == 11
    assert leaves(person_card(replace(FERN, progress=7.0))) == 11
    assert leaves(person_card(replace(FERN, progress=0.0))) == 0


def test_card_when_little_is_known_then_it_says_so() -> None:
    bare = replace(FERN, tier="", place_words="", points=None, rank=None)
    assert said(safe(person_card(bare)))[3:] == ["No tier yet", "No points yet"]
    assert said(safe(person_card(replace(FERN, season=""))))[-1] == "988 points · 23rd"


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [(UNKNOWN, "Nobody here has this login."), (HIDDEN, "Not shown.")],
)
def test_card_when_nobody_is_shown_then_a_sentence_alone(facts: BadgeFacts, sentence: str) -> None:
    svg = person_card(facts)
    assert said(safe(svg)) == ["Harbour Commons", sentence]
    assert "shy-person" not in svg


@given(login=st.text(max_size=39), program=st.text(max_size=200), tier=st.text(max_size=120))
def test_card_when_anything_is_a_name_then_whole_and_safe(
    login: str, program: str, tier: str
) -> None:
    facts = replace(FERN, login=login, program=program, tier=tier)
    assert len(said(safe(person_card(facts)))) == 5


def test_card_when_a_login_is_as_long_as_they_get_then_it_is_not_cut() -> None:
    assert "m" * 22 in said(safe(person_card(replace(FERN, login="m" * 22))))
    assert "a" * 39 in said(safe(person_card(replace(FERN, login="a" * 39))))
    assert "a" * 39 in said(safe(board_card(BOARD)))


def test_board_when_drawn_then_ranks_logins_points() -> None:
    root = safe(board_card(BOARD))
    assert said(root)[:5] == [
        "Harbour Commons", "All projects, Season 3", "1st", "fern-hollow", "12,988 points",
    ]  # fmt: skip
    assert said(root)[-1] == "14 May 2026"
    assert title(root).startswith(
        "Harbour Commons, All projects, Season 3, 14 May 2026: 1st fern-hollow, 12,988 points; =2nd"
    )


def test_board_when_long_then_ten_lines() -> None:
    rows = tuple(BoardRow(f"{at}th", f"person-{at}", 100 - at) for at in range(30))
    root = safe(board_card(replace(BOARD, rows=rows), "dark"))
    assert len(said(root)) == 3 + 3 * MOST_ROWS
    assert "person-10" not in title(root)


def test_board_when_empty_then_it_says_so() -> None:
    root = safe(board_card(replace(BOARD, rows=())))
    assert "Nobody has points yet." in said(root)
    assert title(root).endswith("nobody has points yet")
    assert root.get("width") == str(BOARD_WIDTH)


def test_board_when_a_tier_is_marked_then_it_is_named() -> None:
    svg = board_card(BOARD)
    assert re.findall(r"<g [^>]*><title>(\w+)</title>", svg) == ["Wreath", "Branch"]
