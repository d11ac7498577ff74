"""Importing: what is told, what is kept, and that a second time nothing changes."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from laurels.apps.projects.models import Project
from laurels.apps.scoring.models import LedgerEntry
from tests.doors.cli.conftest import Laurels
from tests.fakes import archive

KEYS = [
    "events_read",
    "events_by_type",
    "broken_lines",
    "truncated_files",
    "pull_requests",
    "merged",
    "issues",
    "reviews",
    "people",
    "contributions",
    "unattributed",
    "entries_posted",
    "seconds",
]


def test_import_when_json_is_wanted_then_the_agreed_keys_and_nothing_else_on_stdout(
    laurels: Laurels, season: Path
) -> None:
    ran = laurels("import", "gharchive", season, "--json")
    assert ran.code == 0
    told = ran.json
    assert [key for key in KEYS if key not in told] == []
    assert told["events_read"] == 6
    assert told["events_by_type"] == {
        "IssuesEvent": 1,
        "PullRequestEvent": 3,
        "PullRequestReviewEvent": 2,
    }
    assert (told["pull_requests"], told["merged"], told["issues"]) == (3, 2, 1)
    assert (told["reviews"], told["people"], told["unattributed"]) == (2, 3, 0)
    assert told["contributions"] == {
        "issue_completed": 1,
        "issue_opened": 1,
        "pr_approved": 2,
        "pr_merged": 2,
        "pr_opened": 3,
        "review_submitted": 2,
    }
    assert (told["broken_lines"], told["truncated_files"], told["failed"]) == ([], [], [])


def test_import_when_no_program_is_here_then_begins_with_fair_and_says_so(
    laurels: Laurels, season: Path
) -> None:
    ran = laurels("import", "gharchive", season)
    assert "began one with the ruleset 'fair'" in ran.err
    assert "began" not in ran.out
    assert laurels("ruleset", "list", "--json").json["rows"][0]["name"] == "fair"


def test_import_when_a_program_is_here_then_begins_none(laurels: Laurels, season: Path) -> None:
    laurels("init", "--ruleset", "nest")
    ran = laurels("import", "gharchive", season)
    assert (ran.code, ran.err) == (0, "")
    assert [one["name"] for one in laurels("ruleset", "list", "--json").json["rows"]] == ["nest"]


def test_import_when_read_by_people_then_told_in_words(laurels: Laurels, season: Path) -> None:
    out = laurels("import", "gharchive", season).out
    assert out.startswith("Read 6 events in less than a second.\n")
    assert "3 pull requests (2 merged), 1 issue, 2 reviews and 3 people" in out
    assert "Posted " in out


def test_import_when_done_again_then_nothing_is_posted(program: Laurels, season: Path) -> None:
    before = program("ledger", "digest").out
    ran = program("import", "gharchive", season, "--json")
    assert (ran.code, ran.json["entries_posted"]) == (0, 0)
    assert program("ledger", "digest").out == before
    assert "Nothing new to post." in program("import", "gharchive", season).out


def test_import_when_lines_are_broken_then_exit_code_3_names_file_and_line(
    laurels: Laurels, season: Path, tmp_path: Path
) -> None:
    lines = gzip.decompress(season.read_bytes()).splitlines(keepends=True)
    broken = tmp_path / "2023-11-14-21.json"
    broken.write_bytes(b"".join([*lines[:2], b'{"type": "Pu\n', *lines[2:]]))
    ran = laurels("import", "gharchive", broken, "--json")
    assert ran.code == 3
    (loss,) = ran.json["broken_lines"]
    assert (loss["file"], loss["line"]) == ("2023-11-14-21.json", 3)
    assert ran.json["merged"] == 2
    assert "1 line could not be read:\n  2023-11-14-21.json, line 3: " in ran.err


def test_import_when_a_file_is_cut_then_exit_code_3_and_the_rest_is_kept(
    laurels: Laurels, tmp_path: Path
) -> None:
    pulls = [archive.pull_request(number) for number in range(1, 400)]
    whole = archive.write_events(
        tmp_path / "2023-11-14-22.json.gz",
        [archive.pull_request_event("opened", one) for one in pulls],
    )
    whole.write_bytes(whole.read_bytes()[:-200])
    ran = laurels("import", "gharchive", whole, "--json")
    assert ran.code == 3
    (loss,) = ran.json["truncated_files"]
    assert loss["file"] == whole.name
    assert 0 < ran.json["pull_requests"] < 400
    assert "1 file ends too early:" in ran.err


def test_import_when_more_than_twenty_lines_are_broken_then_the_first_twenty_are_named(
    laurels: Laurels, tmp_path: Path
) -> None:
    path = archive.write_events(tmp_path / "2023-11-14-22.json", [archive.push_event()])
    path.write_bytes(path.read_bytes() + b"{\n" * 30)
    ran = laurels("import", "gharchive", path, "--json")
    assert (ran.code, len(ran.json["broken_lines"])) == (3, 20)
    assert ran.json["losses"]["broken_lines"] == 30
    assert "… and 10 more" in ran.err


@pytest.mark.parametrize(
    ("options", "merged"),
    [
        ((), 2),
        (("--repo", "ACME/widgets"), 2),
        (("--repo", "acme/other"), 0),
        (("--org", "Acme"), 2),
        (("--org", "other"), 0),
        (("--since", "2023-11-15"), 0),
        (("--until", "2023-11-15"), 2),
        (("--since", "2023-11-14", "--until", "2023-11-14T22:25:00Z"), 1),
    ],
)
def test_import_when_filtered_then_only_that_is_taken(
    laurels: Laurels, season: Path, options: tuple[str, ...], merged: int
) -> None:
    ran = laurels("import", "gharchive", season, "--json", *options)
    assert (ran.code, ran.json["merged"]) == (0, merged)


@pytest.mark.parametrize(
    ("words", "slugs"),
    [
        (("all",), ["acme"]),
        (("none",), []),
        (("org:ACME",), ["acme"]),
        (("org:other", "org:acme"), ["acme"]),
        (("org:other",), []),
    ],
)
def test_import_when_told_whom_to_register_then_those_become_projects(
    laurels: Laurels, season: Path, words: tuple[str, ...], slugs: list[str]
) -> None:
    options = [part for word in words for part in ("--register", word)]
    assert laurels("import", "gharchive", season, *options).code == 0
    assert list(Project.objects.values_list("slug", flat=True)) == slugs


def test_import_when_somebody_fails_then_named_and_exit_code_1(
    laurels: Laurels, season: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from laurels.apps.scoring.services import appraise

    whole = appraise.appraise

    def appraise_or_fail(work, ruleset):  # type: ignore[no-untyped-def]
        if work.kind == "issue_completed":
            raise ArithmeticError("the rule divides by zero")
        return whole(work, ruleset)

    monkeypatch.setattr(appraise, "appraise", appraise_or_fail)
    ran = laurels("import", "gharchive", season, "--json")
    assert ran.code == 1
    assert [one["login"] for one in ran.json["failed"]] == ["alice"]
    assert "alice could not be settled and keeps the last amount" in ran.err
    assert LedgerEntry.objects.filter(contributor__login="bob").exists()
    assert not LedgerEntry.objects.filter(contributor__login="alice").exists()


def test_import_rest_when_given_real_bodies_then_counted_by_subject(
    laurels: Laurels, shared_data: Path
) -> None:
    folder = shared_data / "rest"
    ran = laurels(
        "import", "rest", "--kind", "pulls", folder / "devlake_pull_requests.csv", "--json"
    )
    told = ran.json
    assert (ran.code, told["events_read"]) == (0, 50)
    # One of the fifty bodies is there twice; it is of a merged pull request.
    assert (told["pull_requests"], told["merged"]) == (49, 26)
    ran = laurels("import", "rest", "--kind", "issues", folder / "devlake_issues.csv", "--json")
    assert (ran.code, ran.json["events_read"], ran.json["issues"]) == (0, 42, 26)
    assert ran.json["contributions"]["issue_completed"] == 26


def test_import_rest_when_the_repository_is_not_known_then_told_as_losses(
    laurels: Laurels, shared_data: Path
) -> None:
    path = shared_data / "rest" / "devlake_issues.csv"
    ran = laurels("import", "rest", "--kind", "issues", path)
    assert ran.code == 3
    assert "42 lines could not be read:" in ran.err
    assert "panjf2000/ants" in ran.err


def test_import_when_given_real_events_then_the_published_counts(
    laurels: Laurels, shared_data: Path
) -> None:
    ran = laurels(
        "import", "gharchive", shared_data / "kubernetes-2017" / "2017-07-24.json.gz", "--json"
    )
    told = ran.json
    assert (ran.code, told["events_read"]) == (0, 2680)
    found = (told["pull_requests"], told["merged"], told["issues"], told["people"])
    assert found == (225, 78, 218, 271)
