from __future__ import annotations

from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.drawing.svg import element, number, picture, plain, text


@pytest.mark.parametrize(
    ("value", "shown"),
    [(0, "0"), (-0.001, "0"), (1.5, "1.5"), (100, "100"), (1 / 3, "0.33"), (-2.50, "-2.5")],
)
def test_number_when_shown_then_short(value: float, shown: str) -> None:
    assert number(value) == shown


@given(said=st.text())
def test_text_when_anything_is_said_then_well_formed_and_the_same(said: str) -> None:
    parsed = ElementTree.fromstring(text(said, 1, 2, fill=said))
    assert (parsed.text or "") == plain(said)
    assert parsed.get("fill") == plain(said)


@pytest.mark.parametrize(
    ("said", "kept"),
    [("a\tb\nc\rd", "a b c d"), ("a\x00\x08\x0b\x1f\x7f\x9fb", "ab"), ("\ufffe\ud800😀", "😀")],
)
def test_plain_when_asked_then_only_what_xml_holds(said: str, kept: str) -> None:
    assert plain(said) == kept


def test_element_when_attributes_have_underscores_then_dashes() -> None:
    assert element("path", stroke_width=1.5, class_="a", d='"<&>') == (
        '<path stroke-width="1.5" class="a" d="&quot;&lt;&amp;&gt;"/>'
    )


def test_picture_when_made_then_it_tells_its_title_twice() -> None:
    root = ElementTree.fromstring(picture(10, 20.5, "A <b> & c", element("rect")))
    assert root.get("aria-label") == root[0].text == "A <b> & c"
    assert root.get("viewBox") == "0 0 10 20.5"
