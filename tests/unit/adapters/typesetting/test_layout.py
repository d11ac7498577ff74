from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from laurels.adapters.typesetting.coverage import REPLACEMENT
from laurels.adapters.typesetting.layout import MISSING, NAME_SIZES, SCALES, template_input
from laurels.adapters.typesetting.sheet import CertificateSheet
from tests.unit.adapters.typesetting.sheets import ADDRESS, PROFILE, REVOKED, SHEET, named


def faces(_: list[str]) -> dict[str, list[str]]:
    return {"serif": ["A"], "sans": ["B"], "figures": ["C"]}


def mend(said: str) -> str:
    """Print everything but hieroglyphs."""
    return "".join(REPLACEMENT if one >= "\U00013000" else one for one in said)


def laid_out(sheet: CertificateSheet) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(template_input(sheet, "a4", faces, mend))
    return found


def test_input_when_short_then_nothing_is_measured() -> None:
    found = laid_out(SHEET)
    assert found["name_sizes"] == [NAME_SIZES[0]]
    assert found["scales"] == [1.0]


@pytest.mark.parametrize(
    "changes",
    [
        {"message": "Thanks."},
        {"work": "for " * 80},
        {"tier": "龍"},
        {"rules": "r" * 61},
        {"issuer": "The Harbour " * 6},
        {"revoked": REVOKED},
    ],
)
def test_input_when_it_may_not_fit_then_every_scale_is_tried(changes: dict[str, Any]) -> None:
    assert laid_out(replace(SHEET, **changes))["scales"] == list(SCALES)


def test_input_when_the_name_is_long_then_every_size_is_tried() -> None:
    assert laid_out(named("Seven teen letters"))["name_sizes"] == list(NAME_SIZES)


@pytest.mark.parametrize(
    ("name", "largest"),
    [("Fern Hollow", 7.2), ("W" * 16, 3.6), ("Wolfeschlegelsteins", 5.2), ("李小龍" * 5, 7.2)],
)
def test_input_when_a_word_is_wide_then_the_name_begins_smaller(name: str, largest: float) -> None:
    assert laid_out(named(name))["name_sizes"][0] == largest


def test_input_when_laid_out_then_only_the_last_fact_links() -> None:
    found = laid_out(SHEET)
    assert [fact["link"] for fact in found["facts"]] == [False] * 4 + [True]
    assert found["address"] == ADDRESS
    assert found["profile"] == PROFILE


def test_input_when_erased_then_no_profile_and_no_name_anywhere() -> None:
    said = template_input(replace(SHEET, is_erased=True), "a4", faces, mend)
    assert "Fern" not in said
    assert "fern-hollow" not in said


def test_input_when_a_name_runs_to_the_left_then_told() -> None:
    assert laid_out(named("שלום"))["rtl"] is True
    assert laid_out(SHEET)["rtl"] is False


def test_input_when_the_name_has_a_hole_then_said_beneath_alone() -> None:
    found = laid_out(named("𓀀 Anchor"))
    assert found["name"] == [f"{REPLACEMENT} Anchor"]
    assert found["under"] == [f"fern-hollow on GitHub. {MISSING}"]
    assert found["document"].endswith("of 𓀀 Anchor")


def test_input_when_the_name_is_all_holes_then_the_login() -> None:
    found = laid_out(named("𓀀 𓀁"))
    assert found["name"] == ["fern-hollow"]
    assert MISSING in found["under"][0]


def test_input_when_another_text_has_a_hole_then_the_name_is_not_blamed() -> None:
    found = laid_out(replace(SHEET, tier="𓀀"))
    assert found["what"] == [REPLACEMENT]
    assert MISSING not in found["under"][0]


def test_input_when_there_are_no_tiers_then_no_marks() -> None:
    assert laid_out(replace(SHEET, of=0))["art"]["ladder"] == ""
