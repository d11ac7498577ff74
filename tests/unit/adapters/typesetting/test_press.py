from __future__ import annotations

import io
import re
import resource
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from laurels.adapters.typesetting.characters import printable
from laurels.adapters.typesetting.layout import MISSING
from laurels.adapters.typesetting.press import Press, TypesettingFailed
from laurels.adapters.typesetting.sheet import CertificateSheet
from tests.unit.adapters.typesetting import reading
from tests.unit.adapters.typesetting.sheets import (
    ADDRESS,
    LEADER,
    LEFT_NAMES,
    MADE_AT,
    PROFILE,
    REVOKED,
    RIGHT_NAMES,
    SHEET,
    named,
)

A4, LETTER = (841.89, 595.28), (792.0, 612.0)


@pytest.fixture(scope="module")
def the_press() -> Press:
    return Press()


def test_pdf_when_set_then_everything_of_the_sheet_is_text(the_press: Press) -> None:
    found = reading.bare(reading.text_of(the_press.pdf(SHEET, made_at=MADE_AT)))
    said = (
        SHEET.number, SHEET.address, SHEET.issuer, SHEET.name, "fern-hollow on GitHub",
        SHEET.issued, "Harbour Commons, Season 2", "fair, version 2", "third of four tiers",
        "has reached the tier Branch with 406 points, for 11 pull requests merged and 2 reviews"
        " in 3 projects.",
    )  # fmt: skip
    assert [one for one in said if reading.bare(one) not in found] == []


@pytest.mark.parametrize("name", LEFT_NAMES.values(), ids=LEFT_NAMES)
def test_pdf_when_a_name_is_in_any_script_then_it_is_printed_as_it_is(
    the_press: Press, name: str
) -> None:
    pdf = the_press.pdf(named(name), made_at=MADE_AT)
    # A reader goes by the places of glyphs: it may move a word, or drop a dash at a line's end.
    found = reading.bare(reading.text_of(pdf) + reading.logical_text_of(pdf))
    assert [word for word in name.split() if word not in found] == []
    assert MISSING not in reading.text_of(pdf)
    assert name in pypdf.PdfReader(io.BytesIO(pdf)).metadata.title  # type: ignore[union-attr,operator]


@pytest.mark.parametrize("name", RIGHT_NAMES.values(), ids=RIGHT_NAMES)
def test_pdf_when_a_name_runs_to_the_left_then_its_words_are_whole(
    the_press: Press, name: str
) -> None:
    pdf = the_press.pdf(named(name), made_at=MADE_AT)
    found = reading.logical_text_of(pdf)
    assert [word for word in name.split() if word not in found] == []


def test_pdf_when_a_name_has_300_characters_then_one_page_holds_it_all(the_press: Press) -> None:
    for name in ("W" * 300, "Bartholomew " * 25, "龍" * 300, "م" * 300):
        pdf = the_press.pdf(named(name), made_at=MADE_AT)
        assert reading.pages(pdf) == 1
        assert reading.bare(name) in reading.bare(reading.logical_text_of(pdf))
        image = reading.picture(pdf, 0.5).convert("L")
        right = image.crop((int(image.width * 0.985), 0, image.width, image.height))
        assert right.getextrema()[0] > 200  # nothing runs over the edge


def test_pdf_when_a_name_has_control_characters_then_they_are_gone(the_press: Press) -> None:
    name = "Fe\x00rn\x07 \u202eHol\x1blow\ufdd0\ud800\x85"
    found = reading.text_of(the_press.pdf(named(name), made_at=MADE_AT))
    assert "Fern Hollow" in found


def test_pdf_when_a_glyph_is_missing_then_login_beneath_and_says_so(the_press: Press) -> None:
    found = reading.text_of(the_press.pdf(named("𓀀 Anchor \ue000"), made_at=MADE_AT))
    assert "□ Anchor □" in found
    assert f"fern-hollow on GitHub. {MISSING}" in found


def test_pdf_when_no_glyph_is_there_then_the_login_is_the_name(the_press: Press) -> None:
    for name in ("𓀀𓀁 𓀂", "\x00", ""):
        found = reading.text_of(the_press.pdf(named(name), made_at=MADE_AT)).splitlines()
        assert "fern-hollow" in found


def test_pdf_when_the_extra_fonts_are_not_there_then_latin_is_whole_and_others_say_so() -> None:
    bare = Press(font_folders=())
    assert MISSING not in reading.text_of(bare.pdf(named("Zoë Ελένη Ёлка"), made_at=MADE_AT))
    found = reading.text_of(bare.pdf(named("李 Li"), made_at=MADE_AT))
    assert "□ Li" in found
    assert MISSING in found
    assert not bare.is_whole("李")


def test_pdf_when_letter_then_so_is_the_page(the_press: Press) -> None:
    for paper, size in (("a4", A4), ("us-letter", LETTER)):
        pdf = the_press.pdf(SHEET, paper, made_at=MADE_AT)  # type: ignore[arg-type]
        box = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].mediabox
        assert (float(box.width), float(box.height)) == pytest.approx(size, abs=0.1)


def test_pdf_when_made_then_it_claims_and_carries_what_ua_asks(the_press: Press) -> None:
    pdf = the_press.pdf(SHEET, made_at=MADE_AT)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert bool(root["/MarkInfo"]["/Marked"])  # type: ignore[index]
    assert root["/Lang"] == "en"  # type: ignore[index]
    assert bool(root["/ViewerPreferences"]["/DisplayDocTitle"])  # type: ignore[index]
    xmp = root["/Metadata"].get_object().get_data().decode()  # type: ignore[index]
    assert re.search(r'pdfuaid:part(>|=")1', xmp)
    assert reader.metadata is not None
    assert reader.metadata.title == "Certificate 4H7K-Q2M9-XWTB: Branch of Fern Hollow"
    assert reader.metadata.author == "Harbour Commons"


def test_pdf_when_tagged_then_a_heading_and_every_figure_has_words(the_press: Press) -> None:
    nodes = reading.structure(the_press.pdf(SHEET, made_at=MADE_AT))
    tags = [reading.tag(node) for node in nodes]
    assert tags.count("/H1") == 1
    figures = [node for node in nodes if reading.tag(node) == "/Figure"]
    told = {str(node.get("/Alt")) for node in figures}
    assert told == {f"QR code: the address {ADDRESS}", "third of four tiers"}


def test_pdf_when_made_then_it_links_to_check_and_profile(the_press: Press) -> None:
    assert reading.links(the_press.pdf(SHEET, made_at=MADE_AT)) == {ADDRESS, PROFILE}


def test_pdf_when_its_code_is_read_then_the_address(the_press: Press) -> None:
    assert reading.codes(reading.picture(the_press.pdf(SHEET, made_at=MADE_AT))) == [ADDRESS]


def test_pdf_when_set_twice_then_the_same_bytes(the_press: Press) -> None:
    first = the_press.pdf(SHEET, made_at=MADE_AT)
    the_press.pdf(named("another"), made_at=1)
    assert the_press.pdf(SHEET, made_at=MADE_AT) == first
    assert Press().pdf(SHEET, made_at=MADE_AT) == first
    assert the_press.pdf(SHEET, made_at=MADE_AT + 1) != first


def test_pdf_when_set_then_vectors_only(the_press: Press) -> None:
    page = pypdf.PdfReader(io.BytesIO(the_press.pdf(SHEET, made_at=MADE_AT))).pages[0]
    assert list(page.images) == []


def test_pdf_when_revoked_then_it_cannot_be_mistaken(the_press: Press) -> None:
    pdf = the_press.pdf(replace(SHEET, revoked=REVOKED), made_at=MADE_AT)
    found = reading.text_of(pdf)
    assert "Revoked on 2 May 2026: points withdrawn. Do not rely on this certificate." in found
    assert "Revoked" in found.replace("Revoked on", "").splitlines()  # the watermark
    title = pypdf.PdfReader(io.BytesIO(pdf)).metadata.title  # type: ignore[union-attr]
    assert title is not None
    assert title.startswith("Revoked certificate")
    held = reading.picture(the_press.pdf(SHEET, made_at=MADE_AT), 0.2)
    assert reading.picture(pdf, 0.2).getpixel((3, 3)) != held.getpixel((3, 3))


def test_pdf_when_erased_then_neither_name_nor_login(the_press: Press) -> None:
    pdf = the_press.pdf(replace(SHEET, is_erased=True, revoked=REVOKED), made_at=MADE_AT)
    found = reading.text_of(pdf)
    assert "Name erased" in found
    assert "Fern" not in found
    assert "fern-hollow" not in found
    assert b"Fern Hollow" not in pdf
    assert reading.links(pdf) == {ADDRESS}


def test_pdf_when_a_leader_issued_it_then_title_project_and_message(the_press: Press) -> None:
    found = reading.bare(reading.text_of(the_press.pdf(LEADER, made_at=MADE_AT)))
    for said in ("is recognised as Mentor of the spring in harbour/pilot", LEADER.message):
        assert reading.bare(said) in found


def test_pdf_when_a_message_names_an_address_then_it_is_no_link(the_press: Press) -> None:
    sheet = replace(LEADER, message='See https://evil.example #link("https://evil.example")[me]')
    pdf = the_press.pdf(sheet, made_at=MADE_AT)
    assert reading.links(pdf) == {ADDRESS, PROFILE}
    assert '#link("https://evil.example")[me]' in reading.text_of(pdf).replace("\n", "")


def test_pdf_when_no_profile_is_told_then_the_login_is_no_link(the_press: Press) -> None:
    pdf = the_press.pdf(replace(SHEET, profile=""), made_at=MADE_AT)
    assert reading.links(pdf) == {ADDRESS}


@pytest.mark.parametrize("of", [1, 2, 6, 9])
def test_pdf_when_ladders_differ_then_each_tier_has_its_mark(the_press: Press, of: int) -> None:
    words = f"tier 1 of {of}"
    pdf = the_press.pdf(replace(SHEET, place=0, of=of, place_words=words), made_at=MADE_AT)
    assert reading.pages(pdf) == 1
    assert words in reading.text_of(pdf)


def test_pdf_when_read_in_order_then_heading_name_and_facts_follow(the_press: Press) -> None:
    found = reading.logical_text_of(the_press.pdf(replace(SHEET, revoked=REVOKED), made_at=1))
    order = ("Do not rely", "certificate of recognition", "Fern Hollow", "fern-hollow on",
             "has reached the tier", "third of four", "Issued", "Number", "Check it")  # fmt: skip
    places = [found.index(one) for one in order]
    assert places == sorted(places)


def assert_inside_the_frame(pdf: bytes) -> None:
    left, bottom, right, top = reading.edges(pdf)
    assert 0.32 <= left < right <= 0.955
    assert 0.05 <= bottom < top <= 0.95


@pytest.mark.parametrize("sheet", [SHEET, LEADER, replace(SHEET, revoked=REVOKED)])
def test_pdf_when_texts_are_usual_then_they_lie_inside_the_frame(
    the_press: Press, sheet: CertificateSheet
) -> None:
    assert_inside_the_frame(the_press.pdf(sheet, made_at=MADE_AT))


def test_pdf_when_texts_are_as_long_as_goes_unmeasured_then_they_fit(the_press: Press) -> None:
    sheet = named(
        "W" * 16,
        issuer="M" * 34,
        login="m" * 39,
        season="",
        tier="W" * 40,
        points="",
        work="m" * 150,
        rules="W" * 60,
    )
    assert_inside_the_frame(the_press.pdf(sheet, made_at=MADE_AT))


@pytest.mark.parametrize("count", [8, 12, 17, 20, 21, 40])
def test_pdf_when_a_word_is_wide_then_it_stays_inside(the_press: Press, count: int) -> None:
    for letter in "WмΩ龍":
        assert_inside_the_frame(the_press.pdf(named(letter * count), made_at=MADE_AT))


def test_pdf_when_every_text_is_long_then_still_one_page(the_press: Press) -> None:
    sheet = replace(
        SHEET,
        name="Wilhelmina " * 20,
        issuer="The Society of " * 13,
        season="Season " * 16,
        tier="Branch " * 17,
        work="for pull requests " * 40,
        message="Thank you. " * 45,
        rules="fair " * 24,
        revoked=REVOKED,
    )
    for paper in ("a4", "us-letter"):
        pdf = the_press.pdf(sheet, paper, made_at=MADE_AT)  # type: ignore[arg-type]
        assert reading.pages(pdf) == 1
        assert reading.codes(reading.picture(pdf)) == [ADDRESS]
        assert_inside_the_frame(pdf)


def test_pdf_when_typst_refuses_then_one_error_that_names_it(the_press: Press) -> None:
    with pytest.raises(TypesettingFailed, match="4H7K-Q2M9-XWTB"):
        the_press.pdf(replace(SHEET, language="no language"), made_at=MADE_AT)


def test_pdf_when_threads_ask_at_once_then_each_gets_its_own(the_press: Press) -> None:
    names = [f"Person {number}" for number in range(16)]
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda name: the_press.pdf(named(name), made_at=1), names))
    assert [name in reading.text_of(pdf) for name, pdf in zip(names, made, strict=True)] == (
        [True] * 16
    )


@settings(max_examples=40)
@given(name=st.text(max_size=60))
def test_pdf_when_any_text_is_a_name_then_it_is_made(name: str) -> None:
    pdf = _PRESS.pdf(named(name), made_at=MADE_AT)
    assert reading.pages(pdf) == 1
    if _PRESS.is_whole(printable(name)):
        assert MISSING not in reading.text_of(pdf)


_PRESS = Press()


def test_png_when_made_then_a_picture_whose_code_is_the_address(the_press: Press) -> None:
    image = Image.open(io.BytesIO(the_press.png(SHEET)))
    assert (image.format, image.size) == ("PNG", (1684, 1191))
    assert reading.codes(image) == [ADDRESS]


def test_png_when_a_glyph_is_missing_then_it_is_made_and_the_same_twice(the_press: Press) -> None:
    made = the_press.png(named("𓀀 Anchor"), ppi=72)
    assert made == the_press.png(named("𓀀 Anchor"), ppi=72)
    assert made != the_press.png(named("𓀀"), ppi=72)


def peak_bytes() -> int:
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


def test_pdf_when_a_thousand_are_made_then_memory_does_not_grow(the_press: Press) -> None:
    names = ("Fern {}", "李小龍 {}", "अनुष्का {}", "محمد {}")
    for number in range(100):
        the_press.pdf(named(names[number % 4].format(number)), made_at=number)
    before = peak_bytes()
    for number in range(1000):
        the_press.pdf(named(names[number % 4].format(number)), made_at=number)
    assert peak_bytes() - before < 40_000_000
