"""What a new machine goes by: a Python that is new enough, and locks that hold every dependency."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from tests.meta.files import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
GROUPS = PROJECT["dependency-groups"]
RUNTIME = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]
EXTRAS = [
    line
    for one in (*PROJECT["project"]["optional-dependencies"].values(), GROUPS["dev"])
    for line in one
]


def name_of(requirement: str) -> str:
    """Return the normalised name of a requirement such as psycopg[binary]>=3.2."""
    match = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert match
    return re.sub(r"[-_.]+", "-", match.group()).lower()


def locked(lock: str) -> dict[str, str]:
    """Return what a lock pins: name to its whole entry, hashes included."""
    text = (ROOT / "requirements" / lock).read_text(encoding="utf-8").replace("\\\n", " ")
    entries = [line for line in text.splitlines() if line and not line.lstrip().startswith("#")]
    return {name_of(entry): entry for entry in entries}


def without_hash(entries: dict[str, str]) -> list[str]:
    """Return the names that are not pinned to a version with a hash."""
    return [n for n, entry in entries.items() if "==" not in entry or "--hash=" not in entry]


@pytest.mark.parametrize(
    ("lock", "asked"),
    [("runtime.lock", RUNTIME), ("dev.lock", RUNTIME + EXTRAS), ("spark.lock", GROUPS["spark"])],
)
def test_lock_when_read_then_holds_what_is_asked_for_by_hash(lock: str, asked: list[str]) -> None:
    entries = locked(lock)
    assert [one for one in asked if name_of(one) not in entries] == [], "run `make lock`"
    assert without_hash(entries) == []


def test_without_hash_when_one_is_loose_then_found() -> None:
    assert without_hash({"a": "a==1 --hash=sha256:0", "b": "b==1", "c": "c --hash=x"}) == ["b", "c"]


def test_groups_when_listed_then_each_has_its_lock() -> None:
    assert set(GROUPS) == {"dev", "spark"}


def test_dependencies_when_listed_then_sorted() -> None:
    lists = [
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        *GROUPS.values(),
    ]
    for lines in lists:
        names = [name_of(line) for line in lines]
        assert names == sorted(names)


def make_venv(folder: Path, python: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [ROOT / "tools" / "make-venv", folder / "venv"],
        env={"PATH": "/usr/bin:/bin", "PYTHON": python},
        capture_output=True,
        text=True,
        check=False,
    )


def test_make_venv_when_no_python_is_new_enough_then_says_what_to_do(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = make_venv(tmp_path, str(old))
    assert done.returncode == 1
    assert "needs Python 3.11 or newer" in done.stderr
    assert not (tmp_path / "venv").exists()


def test_make_venv_when_python_cannot_make_one_then_names_the_package(tmp_path: Path) -> None:
    bare = tmp_path / "python-bare"
    bare.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n', encoding="utf-8")
    bare.chmod(0o755)
    done = make_venv(tmp_path, str(bare))
    assert done.returncode == 1
    assert "python3-venv" in done.stderr


def test_make_venv_when_python_fits_then_says_which_and_makes_it(tmp_path: Path) -> None:
    old = tmp_path / "python-old"
    old.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    old.chmod(0o755)
    done = make_venv(tmp_path, f"{old} {sys.executable}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "with Python 3." in done.stdout
    assert (tmp_path / "venv" / "bin" / "pip").exists()


def test_make_when_alone_then_lists_every_verb() -> None:
    done = subprocess.run(["make", "-s"], cwd=ROOT, capture_output=True, text=True, check=True)
    verbs = [line.split()[1] for line in done.stdout.splitlines()]
    assert verbs == [
        *("help", "demo", "demo-live", "serve", "recalculate", "test", "check"),
        *("bench", "bench-quick", "docs", "lock"),
    ]
