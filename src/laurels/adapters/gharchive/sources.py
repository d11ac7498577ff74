"""Which files an import was given, and whether each can be read at all.

`check` looks at every path before the first is read: it opens each file, unpacks its beginning
and finds one event in it. All faults are told at once (spec/github.md §4).
"""

from __future__ import annotations

import glob
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from laurels.adapters.gharchive.faults import Fault, Refused
from laurels.adapters.gharchive.records import UTF8_MARK, ArrayEnded, elements, whole_lines
from laurels.adapters.gharchive.streams import Container, Cut, blocks, container_of
from laurels.kit.times import parse_date

HEAD_BYTES: Final = 1 << 20
FIRST_YEAR: Final = 2015
"""Archive files before this year are in the old timeline format."""

_HOUR_SECONDS: Final = 3600
_EVENT_FILE: Final = re.compile(r"\.(json|jsonl|ndjson)(\.(gz|zst|zstd))?$", re.IGNORECASE)
_DATED: Final = re.compile(r"^(\d{4})-(\d{2})-(\d{2})(?:-(\d{1,2}))?\.")
_WIDE_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file that can be read; `hours` are the starts of the hours its name stands for."""

    path: Path
    container: Container
    shape: Literal["lines", "array"]
    hours: tuple[int, ...]
    size_bytes: int

    @property
    def name(self) -> str:
        """The file's own name, which is what logs and losses call it."""
        return self.path.name


class Probe(msgspec.Struct):
    """What makes a record an event of today, or one of the old timeline."""

    type: Any = None
    repo: Any = None
    payload: Any = None
    created_at: Any = None
    actor: Any = None
    repository: Any = None

    def fault(self) -> str | None:
        """Say what is wrong with the record's shape."""
        if isinstance(self.type, str) and isinstance(self.repo, dict) and self.created_at:
            return None
        if isinstance(self.actor, str) or isinstance(self.repository, dict):
            return OLD_TIMELINE
        return "holds JSON, but no GitHub events (type, repo, payload, created_at)"


OLD_TIMELINE: Final = f"old timeline format, from before {FIRST_YEAR}, is not read"
_PROBE = msgspec.json.Decoder(Probe)


def check(paths: Iterable[str | Path]) -> list[SourceFile]:
    """Find the event files that paths, folders and globs name; Refused with every fault at once."""
    looked = [_look(item) if isinstance(item, Path) else item for item in expand(paths)]
    sources = [item for item in looked if isinstance(item, SourceFile)]
    faults = [item for item in looked if isinstance(item, Fault)]
    if faults:
        raise Refused(faults)
    return sources


def expand(paths: Iterable[str | Path], names: re.Pattern[str] = _EVENT_FILE) -> list[Path | Fault]:
    """Turn paths, folders and globs into files, each once; a folder gives those named `names`."""
    found: list[Path | Fault] = []
    for given in paths:
        path = Path(given)
        if path.is_dir():
            files = [file for file in sorted(path.rglob("*")) if names.search(file.name)]
            found += files or [Fault(str(given), "folder without event files")]
        elif path.exists():
            found.append(path)
        else:
            matched = sorted(Path(match) for match in glob.glob(str(given), recursive=True))
            found += matched or [Fault(str(given), "no such file or folder")]
    if not found:
        return [Fault("", "no files given")]
    seen: set[Path] = set()
    unique: list[Path | Fault] = []
    for item in found:
        if isinstance(item, Path):
            place = item.resolve()
            if place in seen:
                continue
            seen.add(place)
        unique.append(item)
    return unique


def hours_of(name: str) -> tuple[int, ...]:
    """Give the hours a file's name stands for: one, a whole day's, or none."""
    match = _DATED.match(name)
    if match is None:
        return ()
    year, month, day, hour = match.groups()
    try:
        start = parse_date(f"{year}-{month}-{day}")
    except ValueError:
        return ()
    if hour is None:
        return tuple(start + number * _HOUR_SECONDS for number in range(24))
    return (start + int(hour) * _HOUR_SECONDS,) if int(hour) < 24 else ()


def file_digest(path: Path) -> str:
    """Hash a whole file (SHA-256, hexadecimal)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look(path: Path) -> SourceFile | Fault:
    shown = str(path)
    hours = hours_of(path.name)
    if hours and hours[0] < parse_date(date(FIRST_YEAR, 1, 1).isoformat()):
        return Fault(shown, OLD_TIMELINE)
    try:
        if not path.is_file():
            return Fault(shown, "not a file")
        with path.open("rb") as file:
            container = container_of(file.read(4))
            file.seek(0)
            head = _head(blocks(file, container, len))
        size_bytes = path.stat().st_size
    except OSError as error:
        return Fault(shown, f"cannot be read: {error.strerror or error}")
    if isinstance(head, Cut):
        return Fault(shown, f"nothing in it can be unpacked: {head}")
    fault = _head_fault(head, container)
    if fault is not None:
        return Fault(shown, fault)
    shape: Literal["lines", "array"] = "array" if _is_array(head) else "lines"
    return SourceFile(path, container, shape, hours, size_bytes)


def _head(unpacked: Iterator[bytes]) -> bytes | Cut:
    head = b""
    try:
        for block in unpacked:
            head += block
            if len(head) >= HEAD_BYTES:
                break
    except Cut as cut:
        return head or cut
    return head


def _is_array(head: bytes) -> bool:
    return head.removeprefix(UTF8_MARK).lstrip().startswith(b"[")


def _head_fault(head: bytes, container: Container) -> str | None:
    """Judge the first records; one good one is enough, broken ones are for the reading to tell."""
    text = head.removeprefix(UTF8_MARK).lstrip()
    if not text:
        return "empty" if container == "plain" else f"empty {container} file"
    if head.startswith(_WIDE_MARKS) or b"\0" in head[:4]:
        return "wrong encoding: not UTF-8 but UTF-16 or UTF-32"
    if text[:1] not in (b"{", b"["):
        return "not gzip, zstd, JSON lines or a JSON array"
    first: str | None = None
    for record in _records(text):
        fault = _shape_fault(record)
        if fault is None:
            return None
        # A line that is JSON of another shape says more than one that is no JSON at all.
        if first is None or first == NO_JSON:
            first = fault
    if first is None:
        # An empty array, or a first record longer than the head: nothing against reading it.
        return None
    if first == NO_JSON and not _is_utf8(head):
        return "wrong encoding: not UTF-8"
    return first


NO_JSON: Final = "not JSON lines: no line in its beginning is JSON"


def _shape_fault(record: bytes) -> str | None:
    try:
        return _PROBE.decode(record).fault()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return NO_JSON


def _records(head: bytes) -> Iterator[bytes]:
    """The whole records of a head; the last line of a short file may lack its end."""
    if head.startswith(b"["):
        try:
            yield from (element for element in elements([head]) if element is not None)
        except ArrayEnded:
            return
        return
    for piece in whole_lines([head]):
        lines = (piece or b"").split(b"\n")
        if len(head) >= HEAD_BYTES and not (piece or b"").endswith(b"\n"):
            lines.pop()
        yield from (line for line in lines if line.strip())


def _is_utf8(head: bytes) -> bool:
    try:
        # The head may end inside a character.
        head[:-4].decode()
    except UnicodeDecodeError:
        return False
    return True
