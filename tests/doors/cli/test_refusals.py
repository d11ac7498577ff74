"""Bad input ends with one clear message and exit code 2, before anything is made."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from tests.doors.cli.conftest import Laurels
from tests.fakes import archive


def events(folder: Path, name: str = "2023-11-14-22.json") -> Path:
    return archive.write_events(folder / name, [archive.push_event()])


def test_import_when_the_path_is_missing_then_refused(outside: Laurels, tmp_path: Path) -> None:
    ran = outside("import", "gharchive", tmp_path / "nowhere.json.gz")
    assert (ran.code, ran.out) == (2, "")
    assert "no such file or folder" in ran.err


def test_import_when_a_folder_holds_no_event_files_then_refused(
    outside: Laurels, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    ran = outside("import", "gharchive", tmp_path / "empty")
    assert ran.code == 2
    assert "folder without event files" in ran.err


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"%PDF-1.7 and so on", "not gzip, zstd, JSON lines or a JSON array"),
        (gzip.compress(b"\x1f\x8b\x08 nothing"), "not gzip, zstd, JSON lines or a JSON array"),
        ('{"type": "PushEvent"}'.encode("utf-16"), "wrong encoding"),
        (b'{"a": 1}\n', "no GitHub events"),
        (b'{"type":"PushEvent","actor":"x","repository":{}}\n', "old timeline format"),
        (b"", "empty"),
    ],
)
def test_import_when_a_file_is_something_else_then_refused_with_its_name(
    outside: Laurels, tmp_path: Path, content: bytes, reason: str
) -> None:
    bad = tmp_path / "2023-11-14-23.json"
    bad.write_bytes(content)
    ran = outside("import", "gharchive", events(tmp_path), bad)
    assert (ran.code, ran.out) == (2, "")
    assert str(bad) in ran.err
    assert reason in ran.err


def test_import_when_two_files_are_bad_then_both_are_named(
    outside: Laurels, tmp_path: Path
) -> None:
    old = events(tmp_path, "2014-01-01-0.json")
    ran = outside("import", "gharchive", old, tmp_path / "nowhere.json")
    assert ran.code == 2
    assert str(old) in ran.err
    assert "nowhere.json" in ran.err


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--register", "some"), "register takes all, none or org:NAME"),
        (("--register", "all", "--register", "org:acme"), "register takes all, none or org:NAME"),
        (("--repo", "widgets"), "'widgets' is not OWNER/NAME"),
        (("--since", "yesterday"), "neither a day (2026-05-14) nor an instant"),
        (("--since", "2023-02-30"), "neither a day"),
        (("--since", "2023-02-02", "--until", "2023-02-02"), "lies not after --since"),
    ],
)
def test_import_when_an_option_makes_no_sense_then_refused(
    outside: Laurels, tmp_path: Path, options: tuple[str, ...], message: str
) -> None:
    ran = outside("import", "gharchive", events(tmp_path), *options)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


def test_import_rest_when_the_kind_is_unknown_then_refused(
    outside: Laurels, tmp_path: Path
) -> None:
    ran = outside("import", "rest", "--kind", "stars", events(tmp_path))
    assert ran.code == 2
    assert "'stars'" in ran.err


def test_import_rest_when_bodies_are_of_another_kind_then_refused(
    outside: Laurels, tmp_path: Path
) -> None:
    path = tmp_path / "bodies.json"
    path.write_text('[{"id": 1}]', encoding="utf-8")
    ran = outside("import", "rest", "--kind", "pulls", path)
    assert (ran.code, ran.out) == (2, "")
    assert "bodies.json" in ran.err


@pytest.mark.parametrize(
    "command", [("init", "--ruleset"), ("ruleset", "use"), ("ruleset", "show")]
)
def test_preset_when_unknown_then_refused_naming_those_there_are(
    outside: Laurels, command: tuple[str, ...]
) -> None:
    ran = outside(*command, "generous")
    assert (ran.code, ran.out) == (2, "")
    assert "There is no preset 'generous'" in ran.err
    assert "fair, gssoc, hacktoberfest, nest" in ran.err


FIVE_FAULTS = """
hold_days = -1
per_pr_cap = "much"
colour = "green"
[weights]
pr_merged = 10
stars = 3
[decay]
free = 5
rate = 0.1
floor = 2
"""
FIELDS = ["hold_days", "per_pr_cap", "colour", "weights.stars", "decay.floor"]


@pytest.mark.parametrize("verb", ["check", "publish"])
def test_ruleset_when_it_has_five_faults_then_all_five_are_named(
    outside: Laurels, tmp_path: Path, verb: str
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(FIVE_FAULTS, encoding="utf-8")
    ran = outside("ruleset", verb, path)
    assert (ran.code, ran.out) == (2, "")
    assert "The ruleset has 5 faults:" in ran.err
    for field in FIELDS:
        assert f"  {field}: " in ran.err


def test_ruleset_check_when_json_is_wanted_then_the_faults_are_its_object(
    outside: Laurels, tmp_path: Path
) -> None:
    path = tmp_path / "rules.toml"
    path.write_text(FIVE_FAULTS, encoding="utf-8")
    ran = outside("ruleset", "check", path, "--json")
    assert ran.code == 2
    assert ran.json["ok"] is False
    assert sorted(one["field"] for one in ran.json["faults"]) == sorted(FIELDS)


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone.toml", None, "cannot be read: No such file or directory"),
        ("latin.toml", b"name = '\xe9'", "cannot be read: it is not text in UTF-8"),
        ("broken.toml", b"weights = [", "is not valid TOML"),
        ("broken.json", b"{", "is not valid JSON"),
        ("list.json", b"[]", "must be a table of fields"),
    ],
)
def test_ruleset_check_when_the_file_is_no_ruleset_then_refused(
    outside: Laurels, tmp_path: Path, name: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    ran = outside("ruleset", "check", path)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


@pytest.mark.parametrize(
    ("command", "message"),
    [
        (("leaderboard", "--period", "2026-13"), "takes a month such as 2026-05, or rising"),
        (("leaderboard", "--period", "soon"), "takes a month such as 2026-05, or rising"),
        (("leaderboard", "--limit", "0"), "--limit"),
        (("leaderboard", "--as-of", "then"), "neither a day"),
        (("leaderboard", "--season", "x", "--period", "rising"), "together with --season"),
        (("leaderboard", "--as-of", "2023-01-01", "--period", "rising"), "who is rising"),
        (("certificate", "show", "12"), "has 12 characters, this has 2"),
        (("certificate", "revoke", "H59JAV4Y0X4Y", "--reason", "x"), "no certificate number"),
        (("certificate", "revoke", "H59JAV4Y0X4Z"), "Missing option '--reason'"),
        (("score", "recalculate", "--since", "x"), "neither a day"),
        (
            ("score", "recalculate", "--since", "2023-01-01", "--login", "a"),
            "together with --login",
        ),
        (("season", "add", "x", "--from", "2023-01-01"), "Missing option '--until'"),
        (("season", "add", "x", "--from", "a", "--until", "b"), "neither a day"),
        (("jobs", "run", "first"), "Invalid value for 'ID'"),
        (("serve", "--port", "70000"), "Invalid value for '--port'"),
    ],
)
def test_command_when_asked_nonsense_then_refused(
    outside: Laurels, command: tuple[str, ...], message: str
) -> None:
    ran = outside(*command)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err
