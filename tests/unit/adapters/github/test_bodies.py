"""REST bodies in files: JSON, JSON lines, CSV; each kind finds its repository in its own way."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from laurels.adapters.gharchive.faults import Losses, Refused
from laurels.adapters.github.bodies import Body, BodyKind, check_bodies, read_bodies
from laurels.domain.lifecycle import PullRequestView, view
from laurels.kit.times import format_instant
from tests.fakes.archive import ALICE, BOB, NOON, issue, pull_request

Json = dict[str, Any]
API = "https://api.github.com/repos/acme/widgets"

PULLS = [pull_request(number, body="x" * 200_000) for number in (1, 2, 3)]
REVIEWS = [
    {
        "id": number,
        "user": BOB,
        "state": "APPROVED",
        "submitted_at": format_instant(NOON + number),
        "pull_request_url": f"{API}/pulls/{number}",
        "author_association": "MEMBER",
    }
    for number in (1, 2)
]
ISSUES = [
    issue(7, repository_url=API, closed_at=NOON + 5, state_reason="completed"),
    issue(2, repository_url=API, of_pull_request=True),
]


def as_csv(bodies: list[Json]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["id", "params", "data"])
    writer.writerows([[1, "{}", json.dumps(body, indent=1)] for body in bodies])
    return text.getvalue().encode()


FORMS: dict[str, Callable[[list[Json]], bytes]] = {
    "lines": lambda bodies: b"\n".join(json.dumps(body).encode() for body in bodies),
    "array": lambda bodies: json.dumps(bodies).encode(),
    "pretty objects": lambda bodies: b"\n".join(
        json.dumps(body, indent=2).encode() for body in bodies
    ),
    "csv": as_csv,
    "gzip csv": lambda bodies: gzip.compress(as_csv(bodies)),
}


def bodies_of(path: Path, kind: BodyKind, losses: Losses | None = None) -> list[Body]:
    losses = Losses() if losses is None else losses
    return [body for file in check_bodies([path], kind) for body in read_bodies(file, kind, losses)]


@pytest.mark.parametrize("form", FORMS)
def test_pulls_when_in_any_form_then_each_carries_its_repository(tmp_path: Path, form: str) -> None:
    path = tmp_path / "pulls.any"
    path.write_bytes(FORMS[form](PULLS))
    found = bodies_of(path, BodyKind.PULLS)
    assert [body.payload.pull_request.number for body in found if body.payload.pull_request] == [
        1,
        2,
        3,
    ]
    assert {(body.repository_id, body.repository_name) for body in found} == {(1, "acme/widgets")}
    seen = found[0].observation()
    assert seen is not None
    shown = view(seen.subject)
    assert isinstance(shown, PullRequestView)
    assert (shown.author_id, shown.created_at) == (ALICE["id"], NOON)
    assert seen.repository.owner_github_id == 900_001


def test_pulls_when_in_list_form_then_the_merge_time_is_enough(tmp_path: Path) -> None:
    left_out = ("merged", "merged_by", "additions", "deletions", "changed_files")
    body = pull_request(4, merged_at=NOON + 60)
    path = tmp_path / "pulls.json"
    path.write_text(json.dumps([{k: v for k, v in body.items() if k not in left_out}]))
    [found] = bodies_of(path, BodyKind.PULLS)
    seen = found.observation()
    assert seen is not None
    shown = view(seen.subject)
    assert isinstance(shown, PullRequestView)
    assert (shown.state, shown.merged_at, shown.additions) == ("merged", NOON + 60, None)


def test_reviews_when_read_then_the_url_names_repository_and_number(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes(as_csv(REVIEWS))
    first, _ = bodies_of(path, BodyKind.REVIEWS)
    assert (first.repository_id, first.repository_name) == (None, "acme/widgets")
    seen = first.observation(1)
    assert seen is not None
    assert seen.review is not None
    assert seen.subject.key == (1, 1)
    assert (seen.review.state, seen.review.association) == ("approved", "MEMBER")
    assert seen.subject.is_shown


def test_reviews_when_the_repository_is_not_known_then_its_name_is_told(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    path.write_bytes(as_csv(REVIEWS))
    with pytest.raises(ValueError, match="acme/widgets is not known"):
        bodies_of(path, BodyKind.REVIEWS)[0].observation()


def test_issues_when_one_is_a_pull_request_then_it_is_only_a_hint(tmp_path: Path) -> None:
    path = tmp_path / "issues.json"
    path.write_text(json.dumps(ISSUES))
    closed, side = (body.observation(1) for body in bodies_of(path, BodyKind.ISSUES))
    assert closed is not None
    assert side is not None
    assert view(side.subject) is None
    shown = view(closed.subject)
    assert shown is not None
    assert shown.state == "closed"


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        (BodyKind.PULLS, {"number": 5}),
        (BodyKind.PULLS, pull_request(5) | {"updated_at": None, "created_at": None}),
        (BodyKind.REVIEWS, REVIEWS[0] | {"pull_request_url": f"{API}/pulls"}),
        (BodyKind.REVIEWS, REVIEWS[0] | {"pull_request_url": API}),
        (BodyKind.REVIEWS, REVIEWS[0] | {"submitted_at": None}),
        (BodyKind.REVIEWS, {"id": 5}),
        (BodyKind.ISSUES, issue(9)),
    ],
)
def test_bodies_when_one_lacks_something_then_only_it_is_lost(
    tmp_path: Path, kind: BodyKind, broken: Json
) -> None:
    good = {BodyKind.PULLS: PULLS, BodyKind.REVIEWS: REVIEWS, BodyKind.ISSUES: ISSUES}[kind]
    path = tmp_path / "bodies.json"
    path.write_text(json.dumps([good[0], broken, good[1]]))
    losses = Losses()
    assert [body.line for body in bodies_of(path, kind, losses)] == [1, 3]
    assert [(loss.file, loss.line) for loss in losses.broken] == [("bodies.json", 2)]


def test_bodies_when_a_line_is_broken_then_only_it_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    lines = [json.dumps(REVIEWS[0]), '{"id": 5', "", json.dumps(REVIEWS[1])]
    path.write_text("\n".join(lines))
    losses = Losses()
    assert [body.line for body in bodies_of(path, BodyKind.REVIEWS, losses)] == [1, 4]
    assert losses.broken_lines == 1


def test_bodies_when_one_is_too_long_then_only_it_is_lost(tmp_path: Path) -> None:
    path = tmp_path / "reviews.jsonl"
    long = REVIEWS[0] | {"body": "x" * 16_000_000}
    path.write_text("\n".join(json.dumps(body) for body in (REVIEWS[0], long, REVIEWS[1])))
    losses = Losses()
    assert [body.line for body in bodies_of(path, BodyKind.REVIEWS, losses)] == [1, 3]
    assert losses.broken_lines == 1


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (gzip.compress(as_csv(PULLS))[:-20], "truncated gzip"),
        (json.dumps(PULLS).encode()[:-30], "the array never closes"),
        (as_csv(PULLS) + b'1,"{}"x,oops"\n', "no CSV from here on"),
    ],
)
def test_bodies_when_the_file_ends_too_early_then_the_cut_is_told(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "pulls.any"
    path.write_bytes(data)
    losses = Losses()
    assert bodies_of(path, BodyKind.PULLS, losses)
    assert reason in losses.truncated[0].reason


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "neither JSON nor CSV"),
        (b"[]", "empty"),
        (b"a,b\n1,2\n", "neither JSON nor CSV with a column 'data'"),
        (b"<html>", "neither JSON nor CSV"),
        (json.dumps(REVIEWS).encode(), "its first body is none of pulls"),
        (as_csv(ISSUES), "its first body is none of pulls"),
        (json.dumps(PULLS).encode()[:50], "the array never closes"),
        (gzip.compress(b"x")[:9], "truncated gzip"),
        ("data\nx".encode("utf-16"), "wrong encoding"),
    ],
)
def test_check_bodies_when_a_file_is_of_no_use_then_the_fault_is_named(
    tmp_path: Path, data: bytes, reason: str
) -> None:
    path = tmp_path / "pulls.csv"
    path.write_bytes(data)
    with pytest.raises(Refused) as caught:
        check_bodies([path, tmp_path / "nowhere.csv"], BodyKind.PULLS)
    missing, fault = caught.value.faults
    assert "no such file" in missing.reason
    assert reason in fault.reason


def test_check_bodies_when_a_folder_is_given_then_its_body_files_are_found(tmp_path: Path) -> None:
    (tmp_path / "pulls.csv").write_bytes(as_csv(PULLS))
    (tmp_path / "notes.txt").write_text("nothing")
    assert check_bodies([tmp_path], BodyKind.PULLS) == [tmp_path / "pulls.csv"]


def test_check_bodies_when_a_file_may_not_be_read_then_the_fault_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "pulls.csv"
    path.write_bytes(as_csv(PULLS))

    def refuse(*args: object, **more: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    with pytest.raises(Refused, match="cannot be read: Permission denied"):
        check_bodies([path], BodyKind.PULLS)
