from __future__ import annotations

from dataclasses import replace

from laurels.adapters.typesetting.sheet import Fact, worded
from tests.unit.adapters.typesetting.sheets import ADDRESS, LEADER, REVOKED, SHEET


def sentence(sheet: object) -> str:
    words = worded(sheet)  # type: ignore[arg-type]
    return f"{words.before} {words.what}{words.after}"


def test_words_when_a_tier_then_points_and_work() -> None:
    assert sentence(SHEET) == (
        "has reached the tier Branch with 406 points,"
        " for 11 pull requests merged and 2 reviews in 3 projects."
    )
    assert sentence(replace(SHEET, points="", work="")) == "has reached the tier Branch."


def test_words_when_a_leader_issued_it_then_title_and_project() -> None:
    assert sentence(replace(LEADER, work="")) == (
        "is recognised as Mentor of the spring in harbour/pilot."
    )
    assert worded(LEADER).message == LEADER.message


def test_facts_when_held_then_how_to_check_comes_last() -> None:
    assert worded(SHEET).facts == (
        Fact("Issued", "26 September 2025"),
        Fact("By", "Harbour Commons, Season 2"),
        Fact("Rules", "fair, version 2"),
        Fact("Number", "4H7K-Q2M9-XWTB", is_figure=True),
        Fact("Check it", ADDRESS),
    )


def test_facts_when_little_is_known_then_no_empty_line() -> None:
    facts = worded(replace(SHEET, season="", rules="")).facts
    assert [fact.label for fact in facts] == ["Issued", "By", "Number", "Check it"]
    assert facts[1].value == "Harbour Commons"


def test_words_when_revoked_then_said_first_and_dated() -> None:
    words = worded(replace(SHEET, revoked=REVOKED))
    assert words.document == "Revoked certificate 4H7K-Q2M9-XWTB: Branch of Fern Hollow"
    assert words.warning.startswith("Revoked on 2 May 2026: points withdrawn.")
    assert Fact("Revoked", "2 May 2026, points withdrawn") in words.facts
    assert worded(SHEET).warning == ""


def test_words_when_erased_then_nothing_of_the_person() -> None:
    words = worded(replace(SHEET, is_erased=True))
    assert "Fern" not in str(words)
    assert "fern-hollow" not in str(words)
    assert words.name == "Name erased"


def test_words_when_there_is_no_name_then_the_login() -> None:
    words = worded(replace(SHEET, name=""))
    assert words.name == "fern-hollow"
    assert words.document.endswith("of fern-hollow")
