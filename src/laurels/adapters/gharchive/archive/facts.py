"""A folder of facts that builds add to: what each day told, read once and kept.

A *part* is what one build read: a file of pull requests' facts, one of people's, and a JSON note of
its files and hours. The note is written last and by renaming, so a part without one is no part: a
build that was interrupted leaves nothing that counts.

What merges exactly: facts of pull requests are least and greatest values by day, so parts may come
in any order. Facts of people are counts, so no event may be in two parts: a file that is in a part
already (by SHA-256) is passed over, and one whose name stands for an hour that another part has is
refused. People's totals do not merge (a pull request may be opened in one part and merged in the
next), which is why parts keep facts and the people are counted from the facts of all parts.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

import msgspec

from laurels.adapters.gharchive.archive.faults import BuildRefused
from laurels.adapters.gharchive.archive.staging import FileRead
from laurels.adapters.gharchive.sources import SourceFile, file_digest
from laurels.kit.times import format_instant

FORM: Final = 1
"""The meaning of the facts' columns; facts of another form are refused, never guessed at."""

_NOTE: Final = ".facts.json"


class PartNote(msgspec.Struct, frozen=True):
    """What a part was made of: names, hashes and events of files, and hours (instants)."""

    form: int
    files: tuple[FileRead, ...]
    events_by_type: dict[str, int]
    present: tuple[int, ...]
    short: tuple[int, ...]
    broken_lines: int
    truncated_files: int

    @property
    def hours(self) -> tuple[int, ...]:
        """All hours that the files' names stand for."""
        return (*self.present, *self.short)


class Part(msgspec.Struct, frozen=True):
    """One part: its note and where its two tables are."""

    note: PartNote
    pulls: Path
    people: Path


def parts_in(folder: Path) -> list[Part]:
    """Find the parts of a folder, BuildRefused for one that is of another form or damaged."""
    found = []
    for path in sorted(folder.glob(f"*{_NOTE}")):
        name = path.name.removesuffix(_NOTE)
        try:
            note = msgspec.json.decode(path.read_bytes(), type=PartNote)
        except (msgspec.DecodeError, OSError) as error:
            raise BuildRefused("facts-damaged", f"{path}: {error}") from error
        part = Part(note, folder / f"{name}.pulls", folder / f"{name}.people")
        if note.form != FORM:
            raise BuildRefused("facts-foreign", f"{path}: form {note.form}, not {FORM}")
        for table in (part.pulls, part.people):
            if not table.exists():
                raise BuildRefused("facts-damaged", f"{table}: missing")
        found.append(part)
    return found


def unread(sources: Iterable[SourceFile], parts: Sequence[Part]) -> list[SourceFile]:
    """Leave out the files that a part has; BuildRefused where an hour would be counted twice."""
    known = {file.sha256 for part in parts for file in part.note.files}
    taken = {hour: part for part in parts for hour in part.note.hours}
    left: list[SourceFile] = []
    for source in sources:
        if known and file_digest(source.path) in known:
            continue
        doubled = next((hour for hour in source.hours if hour in taken), None)
        if doubled is not None:
            raise BuildRefused(
                "hour-doubled",
                f"{source.path}: the facts have the hour {format_instant(doubled)} already, from "
                f"{', '.join(file.name for file in taken[doubled].note.files[:3])}",
            )
        left.append(source)
    return left


def keep(part: Part, folder: Path) -> None:
    """Put a part into a folder: its tables first, its note last."""
    folder.mkdir(parents=True, exist_ok=True)
    digest = min(file.sha256 for file in part.note.files)
    first = min(part.note.hours, default=0)
    name = f"{format_instant(first)[:13]}-{digest[:12]}"
    for path, ending in ((part.pulls, "pulls"), (part.people, "people")):
        place = folder / f"{name}.{ending}"
        if place.is_dir():
            shutil.rmtree(place)
        shutil.move(path, place)
    beside = folder / f".{name}.part"
    beside.write_bytes(msgspec.json.format(msgspec.json.encode(part.note)))
    beside.replace(folder / f"{name}{_NOTE}")
