from __future__ import annotations

import json

import pytest

from laurels.apps.intake.models import ImportedFile, ImportRun
from laurels.apps.intake.selectors_pages import HOUR, Coverage, Freshness, freshness, joined
from laurels.kit.times import format_instant
from laurels.web.presenters import words
from laurels.web.presenters.freshness import foot_of
from laurels.web.templatetags import laurels as tags
from tests.doors.web.conftest import DAY, NOW, Get

START = NOW - NOW % HOUR - 10 * HOUR


def imported(hours: dict[int, str], finished_at: int = NOW) -> None:
    """Log an import of one file that covers these hours after the start."""
    run = ImportRun.objects.create(
        door="gharchive", started_at=NOW, finished_at=finished_at, actor="operator", summary="{}"
    )
    told = {format_instant(START + hour * HOUR): word for hour, word in hours.items()}
    ImportedFile.objects.create(
        run=run, name="x", sha256="0" * 64, size_bytes=1, events_read=1, coverage=json.dumps(told)
    )


def test_freshness_when_hours_follow_each_other_then_no_gaps(db: None, get: Get) -> None:
    imported({0: "present", 1: "present"})
    coverage = freshness().coverage
    assert coverage == Coverage(START, START + 2 * HOUR, (), ())
    assert f"Data complete to {words.moment(START + 2 * HOUR)} . No gaps." in get("/").text


def test_freshness_when_hours_are_missing_or_short_then_they_are_named(db: None, get: Get) -> None:
    imported({0: "present", 1: "short", 4: "present"})
    imported({2: "short"})
    coverage = freshness().coverage
    assert coverage is not None
    assert coverage.gaps == ((START + 3 * HOUR, START + 4 * HOUR),)
    assert coverage.short == ((START + HOUR, START + 3 * HOUR),)
    text = get("/").text
    assert "Data complete to" not in text
    assert f"Missing: {words.span(*coverage.gaps[0])}" in text
    assert f"Partly lost: {words.span(*coverage.short[0])}" in text


def test_freshness_when_read_again_whole_then_no_longer_short(db: None) -> None:
    imported({0: "short"})
    imported({0: "present"}, finished_at=NOW + 1)
    coverage = freshness().coverage
    assert coverage is not None
    assert coverage.short == ()


def test_freshness_when_a_file_promises_the_rest_of_the_day_then_cut_at_the_import(
    db: None,
) -> None:
    imported(dict.fromkeys(range(24), "present"))
    coverage = freshness().coverage
    assert coverage is not None
    assert coverage.until == NOW


def test_freshness_when_files_name_no_hours_then_unknown_is_said(db: None, get: Get) -> None:
    imported({})
    assert "Its files do not say how far they are complete." in get("/").text


def test_foot_when_there_are_many_gaps_then_the_newest_are_named_and_the_rest_counted() -> None:
    gaps = tuple((NOW + day * DAY, NOW + day * DAY + HOUR) for day in range(5))
    foot = foot_of(Freshness(1, NOW, Coverage(NOW, NOW + 9 * DAY, gaps, ())))
    assert words.span(*gaps[4]) in foot.after
    assert words.span(*gaps[2]) not in foot.after
    assert foot.after.endswith("; 3 intervals before.")
    assert not foot.is_whole


def test_joined_when_hours_touch_then_one_interval() -> None:
    assert joined([0, HOUR, 3 * HOUR]) == ((0, 2 * HOUR), (3 * HOUR, 4 * HOUR))


@pytest.mark.parametrize(
    ("login", "letters"),
    [("fern-hollow", "FH"), ("oleander-9", "O9"), ("ada", "AD"), ("x", "X"), ("-", "-")],
)
def test_initials_when_made_then_at_most_two(login: str, letters: str) -> None:
    assert tags.initials(login) == letters


@pytest.mark.parametrize(
    ("subject", "address"),
    [("ada", "https://github.com/ada"), ("a/b#3", "https://github.com/a/b/issues/3")],
)
def test_github_when_given_a_subject_then_its_address(subject: str, address: str) -> None:
    assert tags.github(subject) == address


def test_span_when_over_midnight_then_both_days() -> None:
    assert words.span(NOW, NOW + DAY) == "14 May 2026, 09:20 UTC to 15 May 2026, 09:20 UTC"
    assert words.span(NOW, NOW + HOUR) == "14 May 2026, 09:20 to 10:20 UTC"


def test_numbers_when_shown_then_signed_and_grouped() -> None:
    assert (words.signed(1200), words.signed(-20), words.signed(0)) == ("+1,200", "−20", "0")
    assert words.count(-1234) == "−1,234"


def test_software_when_the_program_has_a_name_of_its_own_then_both_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert tags.software() == "Laurels is free software."
    monkeypatch.setattr(tags, "program", lambda: "Harbour Commons")
    assert tags.software() == "Harbour Commons runs on Laurels, which is free software."
