"""The files of a simulated season: their form, and that a seed decides every byte."""

from __future__ import annotations

import gzip
import hashlib
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest

from laurels.kit.times import parse_instant
from laurels.lab.cast import WEEK_SECONDS
from laurels.lab.season import SeasonFiles, write_season
from tests.unit.lab.conftest import SEED, UNTIL, lines_of

Events = list[dict[str, Any]]
PULL_REQUEST_FIELDS = {
    "id", "number", "state", "title", "user", "body", "created_at", "updated_at", "closed_at",
    "merged_at", "merged", "merged_by", "additions", "deletions", "changed_files", "labels",
    "draft", "author_association", "base", "head", "comments", "review_comments", "commits",
}  # fmt: skip


def subject_of(event: dict[str, Any]) -> dict[str, Any] | None:
    payload = event["payload"]
    return payload.get("pull_request") or payload.get("issue")


def test_write_season_twice_writes_the_same_bytes(season: SeasonFiles, tmp_path: Path) -> None:
    again = write_season(tmp_path, seed=SEED, until=UNTIL)
    assert [path.name for path in again.paths] == [path.name for path in season.paths]
    assert [path.read_bytes() for path in again.paths] == [p.read_bytes() for p in season.paths]
    assert again.sha256 == season.sha256


def test_write_season_with_another_seed_writes_another_season(
    season: SeasonFiles, tmp_path: Path
) -> None:
    other = write_season(tmp_path, seed=SEED + 1, until=UNTIL)
    assert other.sha256 != season.sha256


def test_write_season_hashes_all_lines_in_order(season: SeasonFiles) -> None:
    lines = b"".join(gzip.decompress(path.read_bytes()) for path in season.paths)
    assert season.sha256 == hashlib.sha256(lines).hexdigest()


def test_write_season_puts_each_day_into_the_file_of_its_name(season: SeasonFiles) -> None:
    for path in season.paths:
        assert {event["created_at"][:10] for event in lines_of(path)} == {path.name[:10]}
        assert path.name.endswith(".json.gz")


def test_write_season_stays_inside_its_weeks(events: Events) -> None:
    instants = [parse_instant(event["created_at"]) for event in events]
    assert instants == sorted(instants)
    assert instants[0] >= UNTIL - 20 * WEEK_SECONDS
    assert UNTIL - 86_400 < instants[-1] <= UNTIL


def test_write_season_numbers_events_uniquely(events: Events) -> None:
    ids = [int(event["id"]) for event in events]
    assert ids == sorted(set(ids))


def test_write_season_counts_its_events(season: SeasonFiles, events: Events) -> None:
    assert season.events == len(events) == sum(season.events_by_type.values())
    assert 6_000 < season.events < 15_000


def test_write_season_tells_progress_after_each_file(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    files = write_season(
        tmp_path, seed=1, until=UNTIL, people=12, weeks=2,
        progress=lambda done, total: told.append((done, total)),
    )  # fmt: skip
    assert told == [(place, len(files.paths)) for place in range(1, len(files.paths) + 1)]


def test_write_season_of_the_least_size_still_has_a_merge(tmp_path: Path) -> None:
    files = write_season(tmp_path / "new" / "folder", seed=3, until=UNTIL, people=12, weeks=2)
    assert files.merged > 0
    assert all(path.exists() for path in files.paths)


@pytest.mark.parametrize(
    ("size", "named"),
    [
        ({"people": 11}, "12 to 400 people, not 11"),
        ({"people": 401}, "not 401"),
        ({"weeks": 1}, "at least two weeks, not 1"),
    ],
)
def test_write_season_of_an_impossible_size_is_refused_and_writes_nothing(
    tmp_path: Path, size: dict[str, int], named: str
) -> None:
    with pytest.raises(ValueError, match=named):
        write_season(tmp_path / "season", seed=1, until=UNTIL, **size)
    assert not (tmp_path / "season").exists()


def test_pull_request_events_carry_the_full_payload(events: Events) -> None:
    for event in events:
        if event["type"] == "PullRequestEvent":
            assert event["payload"]["pull_request"].keys() >= PULL_REQUEST_FIELDS


@pytest.mark.parametrize("kind", ["PullRequestReviewEvent", "PullRequestReviewCommentEvent"])
def test_review_events_carry_neither_merge_nor_size(events: Events, kind: str) -> None:
    shown = [event["payload"]["pull_request"] for event in events if event["type"] == kind]
    assert shown
    assert all(not {"merged", "additions", "merged_by"} & body.keys() for body in shown)
    assert all("merged_at" in body and "labels" in body for body in shown)


def test_snapshots_of_a_subject_never_go_back_in_time(events: Events) -> None:
    last: dict[tuple[int, int], str] = defaultdict(str)
    for event in events:
        subject = subject_of(event)
        if subject is not None:
            key = (event["repo"]["id"], subject["number"])
            assert last[key] <= subject["updated_at"]
            last[key] = subject["updated_at"]
            assert subject["created_at"] <= subject["updated_at"] <= event["created_at"]


def test_snapshots_of_one_second_differ_only_by_labels(events: Events) -> None:
    seen: dict[tuple[int, int, str], dict[str, Any]] = {}
    shared = 0
    for event in events:
        body = event["payload"].get("pull_request")
        if event["type"] != "PullRequestEvent" or body is None:
            continue
        key = (event["repo"]["id"], body["number"], body["updated_at"])
        before = seen.setdefault(key, body)
        if before is not body:
            shared += 1
            assert before | {"labels": None} == body | {"labels": None}
    assert shared > 50


def test_merged_pull_requests_are_closed_by_their_merger_at_once(events: Events) -> None:
    merges = [
        event
        for event in events
        if event["type"] == "PullRequestEvent"
        and event["payload"]["action"] == "closed"
        and event["payload"]["pull_request"]["merged"]
    ]
    assert merges
    for event in merges:
        body = event["payload"]["pull_request"]
        assert body["state"] == "closed"
        assert body["merged_at"] == body["closed_at"] == body["updated_at"]
        assert body["merged_by"]["id"] == event["actor"]["id"]


def test_ids_lie_beyond_those_that_github_gave_out_and_beyond_32_bits(events: Events) -> None:
    for event in events:
        assert event["actor"]["id"] > 9_000_000_000
        assert event["repo"]["id"] > 9_000_000_000
