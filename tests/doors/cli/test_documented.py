"""The page about commands names every key that a command prints."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laurels.domain.percentiles import csv_lines
from tests.apps.factories import contributor
from tests.apps.metrics.populations import baseline
from tests.doors.cli.conftest import Laurels
from tests.meta.files import ROOT

PAGE = ROOT / "docs" / "operate" / "commands.md"
STEPS_AND_KINDS = {"steps", "contributions", "events_by_type", "content"}
"""Keys whose objects are described elsewhere: in the rulesets page, or by GitHub."""


def documented(command: str) -> str:
    """Return the row of the keys' table that names a command."""
    rows = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line[:3] == "| `"]
    group, _, verb = command.partition(" ")
    for row in rows:
        names = row.split("|")[1]
        if f"`{command}`" in names or (f"`{group} " in names and f"`{verb}`" in names):
            return row
    raise AssertionError(f"the page has no row for {command}")


def keys_of(value: Any) -> Iterator[str]:
    if isinstance(value, list):
        for one in value:
            yield from keys_of(one)
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            if key not in STEPS_AND_KINDS:
                yield from keys_of(inner)


@pytest.mark.parametrize(
    "arguments",
    [
        ("score", "recalculate"),
        ("leaderboard",),
        ("leaderboard", "--period", "rising"),
        ("explain", "bob"),
        ("ledger", "verify"),
        ("ledger", "digest"),
        ("ledger", "checkpoint"),
        ("season", "list"),
        ("ruleset", "list"),
        ("ruleset", "show"),
        ("certificate", "issue-pending"),
        ("certificate", "list"),
        ("snapshot", "take"),
        ("jobs", "list"),
        ("staff", "link"),
        ("keys", "list"),
        ("keys", "rotate", "--no-new"),
        ("migrate",),
        ("doctor",),
        ("jobs", "drain", "--timeout", "0"),
    ],
    ids=" ".join,
)
def test_keys_when_printed_then_the_page_names_them(
    program: Laurels, arguments: tuple[str, ...]
) -> None:
    words = [word for word in arguments[:2] if word in ("list", "show", "take", "link", "drain")]
    single = ("leaderboard", "explain", "migrate", "doctor")
    name = arguments[0] if arguments[0] in single else " ".join(arguments[:2])
    row = documented(name)
    is_list = "list" in words or name in ("leaderboard", "keys rotate")
    lists = {"rows", "total", "presets"} if is_list else set()
    printed = set(keys_of(program(*arguments, "--json").json)) - lists
    assert {key for key in printed if f"`{key}`" not in row} == set()


def test_import_keys_when_printed_then_the_page_names_them(laurels: Laurels, season: Path) -> None:
    told = laurels("import", "gharchive", season, "--json").json
    row = documented("import gharchive")
    assert {key for key in told if f"`{key}`" not in row} == set()


@pytest.mark.parametrize(
    "arguments",
    [
        ("baseline", "list"),
        ("baseline", "show"),
        ("baseline", "verify", "own"),
        ("baseline", "percentile", "oss_reviews", "1"),
        ("baseline", "pin", "own"),
        ("baseline", "unpin"),
    ],
    ids=" ".join,
)
def test_baseline_keys_when_printed_then_the_page_names_them(
    laurels: Laurels, tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    path = tmp_path / "population.csv"
    path.write_text("".join(csv_lines(baseline())), encoding="utf-8")
    loaded = laurels("baseline", "load", path, "--id", "own", "--json").json
    assert {key for key in loaded if f"`{key}`" not in documented("baseline load")} == set()
    printed = laurels(*arguments, "--json").json
    told = " ".join(documented(f"baseline {verb}") for verb in {arguments[1], "list"})
    rows = [printed, *printed.get("rows", [])] if arguments[1] == "list" else [printed]
    if arguments[1] == "show":
        rows.append(next(iter(printed["metrics"].values())))
    keys = {key for row in rows for key in row} - {"rows", "total"}
    assert {key for key in keys if f"`{key}`" not in told} == set()


def test_metrics_keys_when_printed_then_the_page_names_them(laurels: Laurels) -> None:
    contributor("ada")
    row = documented("metrics compute")
    assert documented("metrics show") == row
    printed = laurels("metrics", "compute", "ada", "--json").json
    metrics = printed.pop("metrics")
    keys = {*keys_of(printed), *keys_of(list(metrics.values())), "metrics"}
    assert {key for key in keys if f"`{key}`" not in row} == set()
