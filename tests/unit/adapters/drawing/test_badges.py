from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.drawing.badges import (
    Badge,
    Style,
    badge_svg,
    endpoint,
    person_badge,
    project_badge,
)
from laurels.adapters.drawing.facts import ProjectFacts
from laurels.adapters.drawing.palette import Theme
from laurels.adapters.drawing.svg import plain
from tests.unit.adapters.drawing.people import FERN, HIDDEN, SVG, UNKNOWN, safe, said, title

STYLES: tuple[Style, ...] = ("flat", "for-the-badge")
THEMES: tuple[Theme, ...] = ("light", "dark")
EVERY = [(style, theme) for style in STYLES for theme in THEMES]


@pytest.mark.parametrize(("style", "theme"), EVERY)
def test_badge_when_drawn_then_program_standing_and_title(style: Style, theme: Theme) -> None:
    root = safe(badge_svg(person_badge(FERN), style, theme))
    shown = ["Harbour Commons", "Branch · 988 points · 23rd"]
    assert said(root) == (shown if style == "flat" else [one.upper() for one in shown])
    assert title(root) == FERN.title
    assert root.get("height") == {"flat": "20", "for-the-badge": "28"}[style]


@pytest.mark.parametrize(("style", "theme"), EVERY)
@given(label=st.text(max_size=60), message=st.text(max_size=60), sentence=st.text(max_size=60))
def test_badge_when_it_says_anything_then_whole_safe_and_in_its_frame(
    style: Style, theme: Theme, label: str, message: str, sentence: str
) -> None:
    root = safe(badge_svg(Badge(label, message, sentence), style, theme))
    assert title(root) == plain(sentence)
    wide = float(root.get("width") or 0)
    assert wide < 700
    for one in root.iter(f"{SVG}text"):
        start, length = float(one.get("x") or 0), float(one.get("textLength") or 0)
        assert start >= 0
        assert start + length <= wide


def test_badge_when_a_text_is_measured_then_its_length_is_told() -> None:
    texts = list(safe(badge_svg(person_badge(FERN))).iter(f"{SVG}text"))
    assert [one.get("textLength") is not None for one in texts] == [True, True]


def test_badge_when_a_text_is_a_guess_then_it_is_centred() -> None:
    texts = list(safe(badge_svg(Badge("港の人々", "Ёлка", "t"))).iter(f"{SVG}text"))
    assert [one.get("text-anchor") for one in texts] == ["middle", "middle"]
    assert [one.get("textLength") for one in texts] == [None, None]


def test_badge_when_the_tier_is_the_top_then_bronze_and_a_wreath() -> None:
    top = person_badge(replace(FERN, tier="Wreath", place=3))
    assert top.tone == "bronze"
    assert top.glyph is not None
    assert top.glyph.is_twofold
    assert person_badge(FERN).tone == "laurel"


def test_badge_when_below_the_first_tier_then_no_glyph() -> None:
    assert person_badge(replace(FERN, tier="")).glyph is None


@pytest.mark.parametrize("facts", [UNKNOWN, HIDDEN])
def test_badge_when_nobody_is_shown_then_grey_and_nothing_told(facts: object) -> None:
    badge = person_badge(facts)  # type: ignore[arg-type]
    assert badge.tone == "muted"
    assert badge.glyph is None
    assert "Wreath" not in badge_svg(badge)


@pytest.mark.parametrize("theme", THEMES)
def test_badge_when_drawn_then_its_words_stand_out(theme: Theme) -> None:
    for facts in (FERN, replace(FERN, tier="Wreath", place=3), UNKNOWN):
        svg = badge_svg(person_badge(facts), "flat", theme)
        label, message = re.findall(r'<path d="[^"]*" fill="(#\w{6})"', svg)[:2]
        inks = re.findall(r'<text [^>]*fill="(#\w{6})"', svg)
        assert contrast(label, inks[0]) >= 4.5
        assert contrast(message, inks[1]) >= 4.5


def contrast(one: str, other: str) -> float:
    """Return the ratio of WCAG 2."""

    def light(colour: str) -> float:
        parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
        red, green, blue = (
            part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_project_badge_when_drawn_then_people_and_merges() -> None:
    badge = project_badge(ProjectFacts("harbour/pilot", 42, 1310, "Season 3"))
    assert badge.message == "42 contributors · 1,310 merged"
    assert badge.title == "harbour/pilot: 42 contributors · 1,310 merged in Season 3"


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (ProjectFacts("p"), "nothing merged yet"),
        (ProjectFacts("p", 1), "1 contributor"),
        (ProjectFacts("p", 0, 0), "0 contributors · 0 merged"),
        (ProjectFacts("p", 5, 5, state="hidden"), "not shown"),
        (ProjectFacts("p", 5, 5, state="unknown"), "not found"),
    ],
)
def test_project_badge_when_little_is_known_then_that_alone(
    facts: ProjectFacts, message: str
) -> None:
    assert project_badge(facts).message == message


def test_endpoint_when_asked_then_the_schema_of_shields() -> None:
    assert endpoint(person_badge(FERN), cache_seconds=600) == {
        "schemaVersion": 1,
        "label": "Harbour Commons",
        "message": "Branch · 988 points · 23rd",
        "color": "1d5a40",
        "labelColor": "1c221e",
        "isError": False,
        "cacheSeconds": 600,
    }
    assert endpoint(person_badge(UNKNOWN))["isError"] is True
