"""Real activity, real commands: erase people, import again, and look into the database's files."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import msgspec

from tests.plugins.installation import Installation

HOUR = "gharchive/2015-01-01-12.json.gz"


def ask(installation: Installation, verb: str, *arguments: object) -> Any:
    """Run a verb of the probe inside the installation."""
    process = installation.launch(
        [sys.executable, "-m", "tests.engines.erase_probe", verb, *map(str, arguments)]
    )
    out, err = process.communicate(timeout=300)
    assert process.returncode == 0, err
    return json.loads(out.strip().splitlines()[-1])


def told(installation: Installation, *arguments: str) -> Any:
    """Run a command that answers in JSON."""
    return json.loads(installation.run(*arguments, "--json").stdout)


def deliver(
    installation: Installation, people: list[dict[str, Any]], prefix: str, processed: int
) -> None:
    """Deliver something that each of these people did, and see that it was worked."""
    found = ask(installation, "deliver", json.dumps(people), prefix)
    assert (found["received"], found["processed"]) == (processed, processed)


def traces(folder: Path, person: dict[str, Any]) -> list[str]:
    """Return which files of the folder hold a person's login, in any case, or GitHub id."""
    github_id = person["github_id"]
    needles = {
        "login": re.escape(person["login"].lower().encode()),
        # A short number stands in a megabyte of hexadecimal digests by chance.
        "id as text": rb"(?<![0-9a-f])%d(?![0-9a-f])" % github_id,
        "id as eight bytes": re.escape(github_id.to_bytes(8, "big")),
        "id in a fold": re.escape(msgspec.msgpack.encode(github_id)),
    }
    found = []
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            body = file.read_bytes().lower()
            found += [
                f"{file.name}: {name}" for name, one in needles.items() if re.search(one, body)
            ]
    return found


def test_erased_people_leave_no_trace_and_nobody_else_changes(
    shared_data: Path, tmp_path: Path, installation: Installation
) -> None:
    events = str(shared_data / HOUR)
    installation.run("init", "--ruleset", "nest")
    installation.run("import", "gharchive", events)
    installation.run("certificate", "issue-pending")
    people = ask(installation, "conspicuous", 3)
    assert len(people) == 3
    rows = [one["pk"] for one in people]
    deliver(installation, people, "before", processed=3)
    before = ask(installation, "others", *rows)
    assert before["rows"] > 2_000
    entries = told(installation, "ledger", "verify")["entries"]
    if installation.engine == "sqlite":
        # The search finds a person who is there, so finding nobody afterwards means something.
        assert "laurels.sqlite3: login" in traces(installation.folder, people[0])
        assert "laurels.sqlite3: id in a fold" in traces(installation.folder, people[0])

    for one in people:
        erased = told(installation, "person", "erase", one["login"].upper(), "--yes")
        assert erased["certificates_revoked"] >= 1
        assert erased["repositories_renamed"] >= 1
        assert erased["projects_renamed"] == 1

    def check_nothing_is_left() -> None:
        verdict = told(installation, "ledger", "verify")
        assert (verdict["ok"], verdict["entries"]) == (True, entries)
        assert ask(installation, "others", *rows) == before
        for one in ask(installation, "left", *rows):
            assert (one["login"], one["github_id"], one["standings"]) == ("", None, 0)
            assert one["is_erased"]
            assert one["certificates"]
            assert {tuple(each) for each in one["certificates"]} == {
                ("revoked", "erased", "", ""),
            }  # fmt: skip
        if installation.engine == "sqlite":
            assert {one["login"]: traces(installation.folder, one) for one in people} == {
                one["login"]: [] for one in people
            }
            assert (installation.folder / "laurels.sqlite3").stat().st_size > 1_000_000

    check_nothing_is_left()
    for one in people:
        refused = installation.run("explain", one["login"], check=False)
        assert refused.returncode == 2

    deliver(installation, people, "after", processed=6)
    check_nothing_is_left()
    again = told(installation, "import", "gharchive", events)
    assert again["entries_posted"] == 0
    assert told(installation, "score", "recalculate")["entries_posted"] == 0
    installation.run("certificate", "issue-pending")
    check_nothing_is_left()


def test_erasing_nobody_is_refused(installation: Installation) -> None:
    installation.run("init", "--ruleset", "nest")
    refused = installation.run("person", "erase", "nobody-of-this-name", "--yes", check=False)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
