"""Write a simulated season as the archive files that GitHub's real activity would have made."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from gzip import GzipFile
from hashlib import sha256
from itertools import groupby
from pathlib import Path

import msgspec

from laurels.lab.cast import cast
from laurels.lab.payloads import Body
from laurels.lab.plot import play

Progress = Callable[[int, int], None]
"""Told after each file: files written, files to write."""


@dataclass(frozen=True, slots=True)
class SeasonFiles:
    """The files of a season and what an import of all of them must find.

    Counts of distinct subjects follow data/README.md: a pull request counts when a pull request,
    review or review comment event shows it, never from an issue comment. `people` are credited
    with anything: authors, and reviewers of other people's work; robots included.
    """

    paths: tuple[Path, ...]
    events: int
    events_by_type: dict[str, int]
    pull_requests: int
    merged: int
    issues: int
    reviews: int
    people: int
    sha256: str


def write_season(
    folder: Path,
    *,
    seed: int,
    until: int,
    people: int = 60,
    weeks: int = 20,
    progress: Progress | None = None,
) -> SeasonFiles:
    """Write the season that ends at `until` (whole seconds since 1970, UTC), a file a day.

    The same arguments give the same lines; `sha256` is over all lines in order, so that it does
    not depend on how a machine compresses. Files already there under the same names are replaced.
    """
    source = random.Random(f"laurels season {seed}")
    events = play(source, cast(source, until=until, people=people, weeks=weeks))
    folder.mkdir(parents=True, exist_ok=True)
    days = [(day, list(told)) for day, told in groupby(events, key=_day)]
    encoder = msgspec.json.Encoder()
    lines_hash = sha256()
    paths: list[Path] = []
    for place, (day, told) in enumerate(days, start=1):
        lines = encoder.encode_lines(told)
        lines_hash.update(lines)
        path = folder / f"{day}.json.gz"
        with path.open("wb") as raw, GzipFile("", "wb", 6, raw, mtime=0) as packed:
            packed.write(lines)
        paths.append(path)
        if progress is not None:
            progress(place, len(days))
    return _counted(events, tuple(paths), lines_hash.hexdigest())


def _day(event: Body) -> str:
    created_at: str = event["created_at"]
    return created_at[:10]


def _counted(events: list[Body], paths: tuple[Path, ...], digest: str) -> SeasonFiles:
    """Count what the events show, without the importer's own fold."""
    by_type: dict[str, int] = {}
    pull_requests: set[tuple[int, int]] = set()
    merged: set[tuple[int, int]] = set()
    issues: set[tuple[int, int]] = set()
    reviews: set[int] = set()
    people: set[int] = set()
    for event in events:
        by_type[event["type"]] = by_type.get(event["type"], 0) + 1
        payload, repository = event["payload"], event["repo"]["id"]
        shown, issue, review = (payload.get(k) for k in ("pull_request", "issue", "review"))
        if shown is not None:
            key = (repository, shown["number"])
            pull_requests.add(key)
            people.add(shown["user"]["id"])
            if shown["merged_at"] is not None:
                merged.add(key)
        elif issue is not None and "pull_request" not in issue:
            issues.add((repository, issue["number"]))
            people.add(issue["user"]["id"])
        if review is not None:
            reviews.add(review["id"])
            if review["user"]["id"] != shown["user"]["id"]:
                people.add(review["user"]["id"])
    return SeasonFiles(
        paths=paths,
        events=len(events),
        events_by_type=dict(sorted(by_type.items())),
        pull_requests=len(pull_requests),
        merged=len(merged),
        issues=len(issues),
        reviews=len(reviews),
        people=len(people),
        sha256=digest,
    )
