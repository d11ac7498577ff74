"""Reading event files: every container and shape, losses instead of errors, flat memory."""

from __future__ import annotations

import gzip
import hashlib
import json
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zstandard

from laurels.adapters.gharchive import Losses, Reading, check, read
from laurels.adapters.gharchive.faults import FIRST_KEPT, Loss
from laurels.adapters.gharchive.records import RECORD_BYTES
from tests.fakes.archive import (
    ALICE,
    BOB,
    NOON,
    event,
    issue,
    issue_comment_event,
    issue_event,
    pull_request,
    pull_request_event,
    push_event,
    review_event,
)

EVENTS = [
    pull_request_event("opened", pull_request(1)),
    push_event(),
    review_event(pull_request(1), at=NOON + 5),
    event("WatchEvent", {"action": "started"}, BOB, NOON + 6),
    issue_event("opened", issue(2), at=NOON + 7),
    issue_comment_event(issue(2), at=NOON + 8),
    push_event(at=NOON + 9),
]
BY_TYPE = {
    "PullRequestEvent": 1,
    "PushEvent": 2,
    "PullRequestReviewEvent": 1,
    "WatchEvent": 1,
    "IssuesEvent": 1,
    "IssueCommentEvent": 1,
}
LINES = [json.dumps(one, ensure_ascii=False).encode() for one in EVENTS]
JSON_LINES = b"\n".join(LINES) + b"\n"


def reading_of(path: Path, data: bytes, losses: Losses) -> Reading:
    path.write_bytes(data)
    [source] = check([path])
    return read(source, losses)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "2023-11-14-22.json.gz"


FORMS: dict[str, Callable[[], bytes]] = {
    "plain lines": lambda: JSON_LINES,
    "lines without the last end": lambda: JSON_LINES[:-1],
    "gzip lines": lambda: gzip.compress(JSON_LINES),
    "gzip in parts": lambda: gzip.compress(JSON_LINES[:70]) + gzip.compress(JSON_LINES[70:]),
    "zstd lines": lambda: zstandard.compress(JSON_LINES),
    "marked lines": lambda: b"\xef\xbb\xbf" + JSON_LINES,
    "array": lambda: json.dumps(EVENTS).encode(),
    "pretty gzip array": lambda: gzip.compress(json.dumps(EVENTS, indent=2).encode()),
    "zstd array": lambda: zstandard.compress(json.dumps(EVENTS).encode()),
}


@pytest.mark.parametrize("form", FORMS)
def test_reading_when_in_any_form_then_the_events_are_the_same(path: Path, form: str) -> None:
    losses = Losses()
    data = FORMS[form]()
    reading = reading_of(path, data, losses)
    events = list(reading)
    assert [one.type for _, one in events] == [
        "PullRequestEvent",
        "PullRequestReviewEvent",
        "IssuesEvent",
        "IssueCommentEvent",
    ]
    assert [line for line, _ in events] == [1, 3, 5, 6]
    assert reading.events_by_type == BY_TYPE
    assert reading.events_read == len(EVENTS)
    assert reading.sha256 == hashlib.sha256(data).hexdigest()
    assert not losses


def test_reading_when_lines_are_blank_then_they_are_counted_but_nothing_else(path: Path) -> None:
    losses = Losses()
    reading = reading_of(path, b"\n\n".join(LINES), losses)
    assert [line for line, _ in reading] == [1, 5, 9, 11]
    assert reading.events_read == len(EVENTS)
    assert not losses


BROKEN = {
    "cut": LINES[4][:-20],
    "no JSON": b"half a line",
    "two on one line": LINES[0] + LINES[0],
    "not UTF-8": LINES[4].replace(b"Question", b"caf\xe9"),
    "no number": json.dumps(issue_event("opened", {"title": "x"})).encode(),
    "id is text": LINES[4].replace(b'"id": 7', b'"id": "seven"'),
    "no type": b'{"id": 1}',
    "no object": b"[1, 2]",
}


@pytest.mark.parametrize("kind", BROKEN)
def test_reading_when_a_line_is_broken_then_only_it_is_lost(path: Path, kind: str) -> None:
    losses = Losses()
    data = b"\n".join([*LINES[:3], BROKEN[kind], *LINES[3:]])
    reading = reading_of(path, data, losses)
    assert [line for line, _ in reading] == [1, 3, 6, 7]
    assert reading.events_by_type == BY_TYPE
    assert (losses.broken_lines, losses.truncated_files) == (1, 0)
    [loss] = losses.broken
    assert (loss.file, loss.line) == (path.name, 4)
    assert loss.reason


def test_reading_when_a_type_that_is_not_read_has_another_shape_then_it_is_counted(
    path: Path,
) -> None:
    losses = Losses()
    odd = {"type": "OddEvent", "payload": {"issue": 5}, "repo": "none"}
    reading = reading_of(path, JSON_LINES + json.dumps(odd).encode(), losses)
    assert len(list(reading)) == 4
    assert reading.events_by_type["OddEvent"] == 1
    assert not losses


def test_losses_when_many_then_twenty_are_kept_and_all_are_counted(path: Path) -> None:
    losses = Losses()
    reading = reading_of(path, JSON_LINES + b"broken\n" * 50, losses)
    assert len(list(reading)) == 4
    assert losses.broken_lines == 50
    assert len(losses.broken) == FIRST_KEPT
    assert losses.broken[0].line == len(EVENTS) + 1
    assert losses.files == {path.name}
    for number in range(30):
        losses.add_truncated(f"file-{number}", 1, "truncated gzip")
    assert (losses.truncated_files, len(losses.truncated)) == (30, FIRST_KEPT)


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress])
def test_reading_when_cut_then_everything_before_is_read_and_the_cut_told(
    path: Path, pack: Callable[[bytes], bytes]
) -> None:
    losses = Losses()
    # Every line its own part, so that a cut in the last leaves the others whole.
    data = b"".join(pack(line + b"\n") for line in LINES)[:-20]
    reading = reading_of(path, data, losses)
    assert [line for line, _ in reading] == [1, 3, 5, 6]
    assert reading.events_read == len(EVENTS) - 1
    assert reading.sha256 == hashlib.sha256(data).hexdigest()
    assert (losses.broken_lines, losses.truncated_files) == (0, 1)
    [loss] = losses.truncated
    assert (loss.file, loss.line) == (path.name, len(EVENTS) - 1)
    assert loss.reason.startswith("truncated")


def test_reading_when_an_array_never_closes_then_the_cut_is_told(path: Path) -> None:
    losses = Losses()
    data = json.dumps(EVENTS).encode()[:-30]
    reading = reading_of(path, data, losses)
    assert len(list(reading)) == 4
    assert losses.truncated == [Loss(path.name, len(EVENTS) - 1, "the array never closes")]
    assert reading.sha256 == hashlib.sha256(data).hexdigest()


def test_reading_when_something_follows_an_array_then_it_is_hashed_too(path: Path) -> None:
    data = json.dumps(EVENTS).encode() + b"\n" * 3_000_000
    reading = reading_of(path, data, Losses())
    assert len(list(reading)) == 4
    assert reading.sha256 == hashlib.sha256(data).hexdigest()


def overlong() -> dict[str, Any]:
    return push_event() | {"note": "x" * RECORD_BYTES}


@pytest.mark.parametrize("form", ["lines", "array"])
@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.compress])
def test_reading_when_a_record_is_too_long_then_it_is_skipped_without_being_held(
    path: Path, form: str, pack: Callable[[bytes], bytes]
) -> None:
    losses = Losses()
    events = [*EVENTS[:3], overlong(), *EVENTS[3:]]
    if form == "array":
        data = json.dumps(events).encode()
    else:
        data = b"\n".join(json.dumps(one).encode() for one in events)
    reading = reading_of(path, pack(data), losses)
    assert [line for line, _ in reading] == [1, 3, 6, 7]
    assert reading.events_by_type == BY_TYPE
    assert losses.broken == [Loss(path.name, 4, "longer than 16 MB")]


def test_reading_when_a_file_is_large_then_memory_stays_flat(path: Path) -> None:
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(40):
            file.write(JSON_LINES * 100)
    [source] = check([path])
    reading = read(source, Losses())
    tracemalloc.start()
    matter = sum(len(chunk) for chunk in reading.chunks())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert (reading.events_read, matter) == (len(EVENTS) * 4000, 4 * 4000)
    assert peak < 32_000_000


def test_reading_when_left_early_then_the_file_is_closed(path: Path) -> None:
    reading = reading_of(path, JSON_LINES * 2000, Losses())
    chunks = reading.chunks()
    next(chunks)
    chunks.close()  # type: ignore[attr-defined]
    assert reading.sha256 is None
    assert 0 < reading.events_read < len(EVENTS) * 2000


def test_observations_when_read_then_each_event_is_observed(path: Path) -> None:
    losses = Losses()
    reading = reading_of(path, JSON_LINES, losses)
    observed = [pair for chunk in reading.observations() for pair in chunk]
    assert [(line, seen.subject.number) for line, seen in observed] == [
        (1, 1),
        (3, 1),
        (5, 2),
        (6, 2),
    ]
    assert observed[0][1].subject.author is not None
    assert observed[0][1].subject.author[2] == ALICE["id"]


def test_observations_when_a_part_is_missing_then_the_event_is_broken(path: Path) -> None:
    losses = Losses()
    bare = review_event(pull_request(1))
    del bare["payload"]["review"]
    reading = reading_of(path, JSON_LINES + json.dumps(bare).encode(), losses)
    assert sum(len(chunk) for chunk in reading.observations()) == 4
    assert losses.broken == [Loss(path.name, len(EVENTS) + 1, "missing payload.review")]
    assert reading.events_by_type == BY_TYPE
