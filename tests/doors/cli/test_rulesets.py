"""Rulesets: shown, checked, published; never retroactive."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.domain.rulesets import PRESETS, content_hash, load_toml, preset, preset_text
from tests.doors.cli.conftest import Laurels


@pytest.mark.parametrize("name", PRESETS)
def test_show_when_a_preset_is_named_then_its_file_to_start_from(
    outside: Laurels, name: str
) -> None:
    ran = outside("ruleset", "show", name)
    assert (ran.code, ran.err) == (0, "")
    assert load_toml(ran.out) == preset(name)
    assert outside("ruleset", "show", name, "--json").json["content_hash"] == content_hash(
        preset(name)
    )


def test_show_when_nothing_is_named_then_the_version_in_force_in_words(program: Laurels) -> None:
    out = program("ruleset", "show").out
    assert out.startswith("fair v1, content ")
    assert "What earns points" in out
    assert "Worked examples\n  A merge: " in out
    told = program("ruleset", "show", "1", "--json").json
    assert (told["name"], told["number"]) == ("fair", 1)
    assert told["content"]["hold_days"] == 7


def test_show_when_the_version_is_unknown_then_refused(program: Laurels) -> None:
    ran = program("ruleset", "show", "9")
    assert ran.code == 2
    assert "There is no version 9 of the program's rules; there are: 1." in ran.err


@pytest.mark.parametrize("ending", ["toml", "json"])
def test_check_when_the_file_is_valid_then_its_content_hash(
    outside: Laurels, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"mine.{ending}"
    text = preset_text("nest") if ending == "toml" else '{"weights": {"pr_merged": 1.5}}'
    path.write_text(text, encoding="utf-8")
    ran = outside("ruleset", "check", path)
    assert (ran.code, ran.err) == (0, "")
    told = outside("ruleset", "check", path, "--json").json
    assert (told["ok"], told["faults"]) == (True, [])
    assert told["content_hash"] in ran.out


def test_publish_when_valid_then_listed_first_and_old_work_keeps_its_points(
    program: Laurels, tmp_path: Path
) -> None:
    path = tmp_path / "generous.toml"
    path.write_text("[weights]\npr_merged = 500\n", encoding="utf-8")
    before = program("leaderboard", "--json").json
    ran = program("ruleset", "publish", path)
    assert ran.code == 0
    assert "Published generous v2. It holds for work opened from 14 December 2023" in ran.out
    rows = program("ruleset", "list", "--json").json["rows"]
    assert [(row["name"], row["number"]) for row in rows] == [("generous", 2), ("fair", 1)]
    assert rows[1]["effective_from"] == "1970-01-01T00:00:00Z"
    assert program("score", "recalculate", "--json").json["entries_posted"] == 0
    assert program("leaderboard", "--json").json == before
    out = program("ruleset", "list").out
    assert "generous v2" in out
    assert "the beginning" in out


def test_use_when_a_later_day_is_given_then_from_then_on(program: Laurels) -> None:
    ran = program("ruleset", "use", "gssoc", "--from", "2024-03-01", "--json")
    assert (ran.code, ran.json["effective_from"]) == (0, "2024-03-01T00:00:00Z")


def test_use_when_the_day_has_passed_then_refused(program: Laurels) -> None:
    ran = program("ruleset", "use", "gssoc", "--from", "2023-03-01")
    assert (ran.code, ran.out) == (2, "")
    assert "never retroactive" in ran.err


def test_use_when_no_program_is_here_then_refused(laurels: Laurels) -> None:
    ran = laurels("ruleset", "use", "nest")
    assert ran.code == 2
    assert "run `laurels init` first" in ran.err


def test_init_when_done_twice_then_refused_and_nothing_changes(laurels: Laurels) -> None:
    ran = laurels("init", "--ruleset", "nest")
    assert ran.code == 0
    assert "The program begins with the ruleset 'nest'." in ran.out
    for name in ("fair", "nest"):
        ran = laurels("init", "--ruleset", name)
        assert (ran.code, ran.out) == (2, "")
        assert "was initialised with 'nest'" in ran.err
    assert laurels("ruleset", "list", "--json").json["total"] == 1


def test_init_when_json_is_wanted_then_one_object(laurels: Laurels, data_dir: Path) -> None:
    told = laurels("init", "--json").json
    assert (told["ruleset"], told["number"], told["data_dir"]) == ("fair", 1, str(data_dir))
    assert told["content_hash"] == content_hash(preset("fair"))


def test_publish_when_a_project_is_named_then_its_own_and_the_programs_stay(
    program: Laurels, tmp_path: Path
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(preset_text("nest"), encoding="utf-8")
    told = program("ruleset", "publish", path, "--project", "acme", "--json").json
    assert (told["name"], told["number"], told["project"]) == ("own", 1, "acme")
    assert (
        "Published own v2 of acme." in program("ruleset", "publish", path, "--project", "ACME").out
    )
    assert program("ruleset", "show", "--json").json["name"] == "fair"
    ran = program("ruleset", "publish", path, "--project", "nowhere")
    assert (ran.code, ran.out) == (2, "")
