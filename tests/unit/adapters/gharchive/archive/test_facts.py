"""Facts kept between builds: what is added day by day equals what is read at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from laurels.adapters.gharchive.archive import BuildRefused
from tests.fakes.archive import event, read_events, write_events
from tests.unit.adapters.gharchive.archive.windows import (
    DAYS,
    Build,
    assert_same,
    brute_days,
    build_days,
)

FIRST, LAST = "2017-07-24", "2017-07-26"


@pytest.fixture(scope="module")
def days(shared_data: Path) -> list[Path]:
    return [shared_data / name for name in DAYS]


@pytest.fixture(scope="module")
def at_once(days: list[Path]) -> Build:
    return build_days(days, FIRST, LAST)


def test_facts_when_a_day_is_added_then_as_if_read_at_once(
    days: list[Path], at_once: Build, tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    two = build_days(days[:2], FIRST, "2017-07-25", facts=facts)
    assert_same(two, brute_days(days[:2], FIRST, "2017-07-25"))
    three = build_days(days[2:], FIRST, LAST, facts=facts)
    assert three.baseline == at_once.baseline
    assert three.population == at_once.population
    assert three.report == at_once.report
    assert build_days([], FIRST, LAST, facts=facts).report == at_once.report


@pytest.mark.parametrize("order", [(2, 1, 0), (1, 2, 0)])
def test_facts_when_days_come_in_another_order_then_the_same(
    days: list[Path], at_once: Build, tmp_path: Path, order: tuple[int, ...]
) -> None:
    facts = tmp_path / "facts"
    for number in order:
        built = build_days([days[number]], FIRST, LAST, facts=facts)
    assert built.report == at_once.report
    assert built.population == at_once.population


def test_facts_when_a_build_is_refused_then_nothing_is_added(
    days: list[Path], tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    with pytest.raises(BuildRefused, match="nobody"):
        build_days(days[:1], "2001-01-01", "2001-01-01", facts=facts)
    assert not facts.exists()


def test_facts_when_the_window_moves_on_then_as_if_only_its_files_were_read(
    days: list[Path], tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    build_days(days, FIRST, LAST, facts=facts)
    for first, last, files in (
        ("2017-07-25", LAST, days[1:]),
        (FIRST, "2017-07-25", days[:2]),
        ("2017-07-25", "2017-07-25", days[1:2]),
    ):
        moved = build_days([], first, last, facts=facts)
        assert moved.baseline == build_days(files, first, last).baseline
        assert_same(moved, brute_days(files, first, last))


def test_facts_when_a_file_comes_again_then_it_is_passed_over(
    days: list[Path], at_once: Build, tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    build_days(days, FIRST, LAST, facts=facts)
    before = sorted(path.name for path in facts.iterdir())
    renamed = tmp_path / "again.json.gz"
    shutil.copyfile(days[0], renamed)
    assert build_days([days[1], renamed], FIRST, LAST, facts=facts).report == at_once.report
    assert sorted(path.name for path in facts.iterdir()) == before


def test_facts_when_an_hour_would_be_counted_twice_then_refused(
    days: list[Path], tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    build_days(days[:1], FIRST, FIRST, facts=facts)
    noon = [one for one in read_events(days[0]) if "T12:" in one["created_at"]]
    path = write_events(tmp_path / "2017-07-24-12.json.gz", noon)
    with pytest.raises(BuildRefused, match="2017-07-24T12:00:00Z already"):
        build_days([path], FIRST, FIRST, facts=facts)


def test_build_when_an_event_is_in_two_files_then_it_counts_once(
    days: list[Path], tmp_path: Path
) -> None:
    events = read_events(days[0])
    hour = next(one["created_at"][11:13] for one in events if one["type"] == "PushEvent")
    again = [one for one in events if one["created_at"][11:13] == hour]
    path = write_events(tmp_path / f"2017-07-24-{hour}.json.gz", again)
    doubled = build_days([days[0], path], FIRST, FIRST)
    assert doubled.baseline == build_days(days[:1], FIRST, FIRST).baseline


def test_facts_when_of_another_form_or_damaged_then_refused_and_left(
    days: list[Path], tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    build_days(days[:1], FIRST, FIRST, facts=facts)
    [note] = facts.glob("*.json")
    good = note.read_text()
    for text, code in (
        (good.replace('"form": 1', '"form": 2'), "facts-foreign"),
        ("{", "facts-damaged"),
        ("[]", "facts-damaged"),
    ):
        note.write_text(text)
        with pytest.raises(BuildRefused) as refused:
            build_days(days[1:2], FIRST, LAST, facts=facts)
        assert refused.value.code == code
        assert str(note) in str(refused.value)
    note.write_text(good)
    next(facts.glob("*.people")).unlink()
    with pytest.raises(BuildRefused, match="missing"):
        build_days([], FIRST, LAST, facts=facts)
    assert len(list(facts.iterdir())) == 2


def test_facts_when_a_note_is_missing_then_its_part_counts_nothing(
    days: list[Path], at_once: Build, tmp_path: Path
) -> None:
    facts = tmp_path / "facts"
    build_days(days[:1], FIRST, FIRST, facts=facts)
    next(facts.glob("*.json")).unlink()
    assert build_days(days, FIRST, LAST, facts=facts).baseline == at_once.baseline


def test_build_when_names_tell_no_hours_then_every_hour_is_missing(tmp_path: Path) -> None:
    push = event("PushEvent", {}, {"id": 7, "login": "alice"}, 1_500_000_000)
    path = write_events(tmp_path / "some.json", [push])
    with pytest.raises(BuildRefused, match="nobody"):
        build_days([path], FIRST, LAST, facts=tmp_path / "facts")
