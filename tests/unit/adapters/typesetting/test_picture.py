from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laurels.adapters.drawing.qr import qr_code
from laurels.adapters.typesetting.characters import printable
from laurels.adapters.typesetting.picture import HEIGHT, WIDTH, certificate_svg
from laurels.adapters.typesetting.sheet import CertificateSheet
from tests.unit.adapters.typesetting.sheets import (
    ADDRESS,
    LEADER,
    LEFT_NAMES,
    REVOKED,
    RIGHT_NAMES,
    SHEET,
    named,
)

SVG = "{http://www.w3.org/2000/svg}"


def drawn(sheet: CertificateSheet) -> ElementTree.Element:
    return ElementTree.fromstring(certificate_svg(sheet))


def said(root: ElementTree.Element) -> str:
    return re.sub(r"\s", "", "".join("".join(one.itertext()) for one in root.iter(f"{SVG}text")))


def bare(text: str) -> str:
    return re.sub(r"\s", "", printable(text))


@pytest.mark.parametrize("name", [*LEFT_NAMES.values(), *RIGHT_NAMES.values(), "W" * 300])
def test_svg_when_drawn_then_every_name_is_text_in_it(name: str) -> None:
    assert bare(name) in said(drawn(named(name)))


def test_svg_when_drawn_then_the_words_of_the_sheet_are_text() -> None:
    found = said(drawn(SHEET))
    for one in (SHEET.number, ADDRESS, "hasreachedthetierBranchwith406points", SHEET.place_words):
        assert bare(one) in found
    assert bare(LEADER.message) in said(drawn(LEADER))


@given(name=st.text(max_size=80), issuer=st.text(max_size=80))
def test_svg_when_anything_is_a_name_then_it_is_whole_and_safe(name: str, issuer: str) -> None:
    root = drawn(named(name, issuer=issuer))
    allowed = {"svg", "title", "rect", "path", "ellipse", "g", "text", "tspan"}
    for one in root.iter():
        assert one.tag.removeprefix(SVG) in allowed
        for key, value in one.attrib.items():
            assert not key.lower().startswith("on")
            assert "href" not in key.lower()
            assert "url(" not in value.lower() or key == "aria-label"


@pytest.mark.parametrize(
    "sheet",
    [
        SHEET,
        LEADER,
        named("W" * 300, revoked=REVOKED),
        named("龍" * 300, work="for " * 300, message="Thanks. " * 80, of=9, place=3),
    ],
)
def test_svg_when_drawn_then_every_line_lies_on_the_sheet(sheet: CertificateSheet) -> None:
    root = drawn(sheet)
    assert (root.get("width"), root.get("height")) == (str(WIDTH), str(HEIGHT))
    lines = [one for one in root.iter() if one.tag in (f"{SVG}text", f"{SVG}tspan")]
    for x, y in ((one.get("x"), one.get("y")) for one in lines):
        if x is not None and y is not None:
            assert 0 <= float(x) <= 960
            assert 0 <= float(y) <= 670


def test_svg_when_a_name_runs_to_the_left_then_it_says_so() -> None:
    assert 'direction="rtl"' in certificate_svg(named("محمد"))
    assert 'direction="rtl"' not in certificate_svg(SHEET)


def test_svg_when_revoked_then_warned_stamped_and_titled() -> None:
    sheet = replace(SHEET, revoked=REVOKED)
    root = drawn(sheet)
    title = root.find(f"{SVG}title")
    assert title is not None
    assert (title.text or "").startswith("Revoked certificate")
    assert "Revokedon2May2026:pointswithdrawn" in said(root)
    assert "Revoked" in [one.text for one in root.iter(f"{SVG}text")]
    assert "Revoked" not in certificate_svg(SHEET)


def test_svg_when_drawn_then_its_code_is_that_of_the_address() -> None:
    root = drawn(SHEET)
    assert qr_code(ADDRESS).path in {one.get("d") for one in root.iter(f"{SVG}path")}
    assert f"QR code: the address {ADDRESS}" in [one.text for one in root.iter(f"{SVG}title")]


def test_svg_when_drawn_twice_then_the_same() -> None:
    assert certificate_svg(SHEET) == certificate_svg(SHEET)
