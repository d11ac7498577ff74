"""Larger loads out of a file: other ids and names, nothing else."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from benchmarks import corpus

EVENT = {
    "id": "7",
    "type": "PullRequestEvent",
    "actor": {"id": 1, "login": "ada"},
    "repo": {"id": 2, "name": "o/r"},
    "created_at": "2020-01-01T00:00:00Z",
    "payload": {"pull_request": {"id": 3, "number": 4, "user": {"id": 1, "login": "ada"}}},
}


def test_shifted_when_copied_then_ids_and_names_differ_and_numbers_do_not() -> None:
    copied = json.loads(corpus._shifted(json.dumps(EVENT).encode(), 2))
    assert copied["actor"] == {"id": 20_000_000_001, "login": "ada-2"}
    assert copied["repo"] == {"id": 20_000_000_002, "name": "o/r-2"}
    assert copied["payload"]["pull_request"]["user"] == copied["actor"]
    assert copied["payload"]["pull_request"]["number"] == 4
    assert copied["created_at"] == EVENT["created_at"]


@pytest.fixture
def no_real_input(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("LAURELS_SHARED_DATA", str(tmp_path / "nowhere"))


@pytest.mark.usefixtures("no_real_input")
def test_days_when_no_real_input_is_at_hand_then_a_simulated_season(tmp_path: Path) -> None:
    found = corpus.days(tmp_path, 2, most=30)
    assert found.events == 60
    assert "simulated" in found.name
    assert gzip.decompress(found.path.read_bytes()).count(b"\n") == 60


@pytest.mark.usefixtures("no_real_input")
def test_days_when_written_twice_then_the_same_sum(tmp_path: Path) -> None:
    sums = {corpus.days(tmp_path / name, 1, most=20).sha256 for name in ("a", "b")}
    assert len(sums) == 1
