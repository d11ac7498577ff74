"""REST bodies kept in files: JSON, JSON lines, or CSV with the body in a column called `data`.

A pull request carries its repository; a review and an issue only name it in a URL. There
`Body.repository_id` is None, and the importer looks `repository_name` up among the repositories it
knows before it calls `observation`. The issue side of a pull request is only a hint about it.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import chain
from pathlib import Path
from typing import Final

import msgspec

from laurels.adapters.gharchive.faults import Fault, Losses, Refused
from laurels.adapters.gharchive.records import (
    RECORD_BYTES,
    UTF8_MARK,
    ArrayEnded,
    elements,
    whole_lines,
)
from laurels.adapters.gharchive.sources import expand
from laurels.adapters.gharchive.streams import Cut, blocks, container_of
from laurels.adapters.github.observe import observe
from laurels.adapters.github.payloads import Issue, Payload, PullRequest, Repository, Review
from laurels.domain.lifecycle.facts import Observation
from laurels.kit.times import instant_of

DATA_COLUMN: Final = "data"

_BODY_FILE: Final = re.compile(r"\.(csv|json|jsonl|ndjson)(\.(gz|zst|zstd))?$", re.IGNORECASE)
_PLACE: Final = re.compile(r"/repos/([^/]+/[^/]+?)(?:/(?:pulls|issues)/(\d+))?/?$")


class BodyKind(StrEnum):
    """The REST resources that can be imported."""

    PULLS = "pulls"
    REVIEWS = "reviews"
    ISSUES = "issues"


@dataclass(frozen=True, slots=True)
class Body:
    """One resource of a file: where it stood, and which repository it says it is of."""

    line: int
    kind: BodyKind
    repository_id: int | None
    repository_name: str
    payload: Payload
    at: int

    def observation(self, repository_id: int | None = None) -> Observation | None:
        """Observe the body; the id is needed where the body itself has none (ValueError)."""
        known = self.repository_id or repository_id
        if known is None:
            raise ValueError(f"the id of repository {self.repository_name} is not known")
        repository = Repository(known, full_name=self.repository_name)
        return observe(_EVENTS[self.kind], "", self.payload, None, repository, self.at)


_EVENTS: Final = {
    BodyKind.PULLS: "pull_request",
    BodyKind.REVIEWS: "pull_request_review",
    BodyKind.ISSUES: "issues",
}
_PULL = msgspec.json.Decoder(PullRequest)
_REVIEW = msgspec.json.Decoder(Review)
_ISSUE = msgspec.json.Decoder(Issue)


class BodyFault(ValueError):
    """A body that lacks something every body of its kind has."""


def check_bodies(paths: Iterable[str | Path], kind: BodyKind) -> list[Path]:
    """Find the files that paths, folders and globs name; Refused with every fault at once.

    The first body of each file must be one of the kind.
    """
    found = expand(paths, _BODY_FILE)
    faults = [item for item in found if isinstance(item, Fault)]
    files = [item for item in found if isinstance(item, Path)]
    for path in files:
        reason = _fault(path, kind)
        if reason is not None:
            faults.append(Fault(str(path), reason))
    if faults:
        raise Refused(faults)
    return files


def read_bodies(path: Path, kind: BodyKind, losses: Losses) -> Iterator[Body]:
    """Read the bodies of one file, broken ones counted as losses."""
    line = 0
    try:
        for line, record in _records(path):
            try:
                body = _body(kind, line, record)
            except (msgspec.DecodeError, UnicodeDecodeError, BodyFault) as error:
                losses.add_broken(path.name, line, str(error))
            else:
                yield body
    except (Cut, ArrayEnded) as cut:
        losses.add_truncated(path.name, line, str(cut))
    except csv.Error as error:
        losses.add_truncated(path.name, line, f"no CSV from here on: {error}")


def _body(kind: BodyKind, line: int, record: bytes) -> Body:
    if kind is BodyKind.PULLS:
        pull_request = _PULL.decode(record)
        base = pull_request.base and pull_request.base.repo
        if not base or not base.full_name:
            raise BodyFault("missing base.repo.full_name")
        at = _at(pull_request.updated_at or pull_request.created_at, "updated_at")
        payload = Payload(pull_request=pull_request)
        return Body(line, kind, base.id, base.full_name, payload, at)
    if kind is BodyKind.REVIEWS:
        review = _REVIEW.decode(record)
        name, number = _place(review.pull_request_url, "pull_request_url")
        if number is None:
            raise BodyFault("missing the number in pull_request_url")
        payload = Payload(pull_request=PullRequest(number), review=review)
        return Body(line, kind, None, name, payload, _at(review.submitted_at, "submitted_at"))
    issue = _ISSUE.decode(record)
    name, _ = _place(issue.repository_url, "repository_url")
    at = _at(issue.updated_at or issue.created_at, "updated_at")
    return Body(line, kind, None, name, Payload(issue=issue), at)


def _at(moment: datetime | None, field: str) -> int:
    if moment is None:
        raise BodyFault(f"missing {field}")
    return instant_of(moment)


def _place(url: str | None, field: str) -> tuple[str, int | None]:
    match = _PLACE.search(url or "")
    if match is None:
        raise BodyFault(f"missing {field}")
    name, number = match.groups()
    return name, None if number is None else int(number)


def _fault(path: Path, kind: BodyKind) -> str | None:
    try:
        with closing(_records(path)) as records:
            first = next(records, None)
        if first is None:
            return "empty"
        _body(kind, *first)
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    except (Cut, ArrayEnded) as error:
        return f"nothing in it can be read: {error}"
    except UnicodeDecodeError:
        return "wrong encoding: not UTF-8"
    except (msgspec.DecodeError, BodyFault, csv.Error) as error:
        return f"its first body is none of {kind.value}: {error}"
    return None


def _records(path: Path) -> Generator[tuple[int, bytes], None, None]:
    """The bodies of a file with their numbers, whatever the container and the shape."""
    with path.open("rb") as file:
        container = container_of(file.read(4))
        file.seek(0)
        unpacked = blocks(file, container, len)
        head = next(unpacked, b"").removeprefix(UTF8_MARK)
        whole = chain([head], unpacked)
        begins = head.lstrip()[:1]
        if begins == b"[":
            yield from _numbered(elements(whole))
        elif begins == b"{":
            yield from _numbered(_lines(whole) if _is_lines(head) else elements(_bracketed(whole)))
        else:
            yield from _rows(whole)


def _numbered(records: Iterable[bytes | None]) -> Iterator[tuple[int, bytes]]:
    # What was too long to hold is read as a record without anything in it, and so told as broken.
    return ((number, record or b"") for number, record in enumerate(records, 1) if record != b"\n")


def _is_lines(head: bytes) -> bool:
    """Whether the first line is JSON by itself, rather than one object over many lines."""
    try:
        msgspec.json.decode(head.partition(b"\n")[0], type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def _bracketed(whole: Iterable[bytes]) -> Iterator[bytes]:
    return chain([b"["], whole, [b"]"])


def _lines(whole: Iterable[bytes]) -> Iterator[bytes | None]:
    for piece in whole_lines(whole):
        if piece is None:
            yield None
        else:
            yield from piece.splitlines(keepends=True)


def _rows(whole: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    # The module's own limit of 131,072 characters is far below a body.
    csv.field_size_limit(RECORD_BYTES)
    lines = ((line or b"").decode() for line in _lines(whole))
    rows = csv.DictReader(lines, strict=True)
    if rows.fieldnames is None or DATA_COLUMN not in rows.fieldnames:
        raise csv.Error(f"neither JSON nor CSV with a column {DATA_COLUMN!r}")
    for row in rows:
        yield rows.line_num, (row[DATA_COLUMN] or "").encode()
