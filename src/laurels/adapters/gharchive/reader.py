"""Reading event files: typed events out of any size of file, in chunks, never raising on content.

Guarantees: memory is one block and one chunk, whatever the file's size; every event that can be
read is given once, in file order; what cannot be read is counted in the `Losses` given. Events of
types that are not wanted are only counted. The file's SHA-256 is known after the last chunk.

What is read of an event is a `Form`'s matter: `EVENTS` is the importer's.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import Final, Generic, Protocol, TypeVar

import msgspec

from laurels.adapters.gharchive.faults import Losses
from laurels.adapters.gharchive.records import UTF8_MARK, ArrayEnded, elements, whole_lines
from laurels.adapters.gharchive.sources import SourceFile, file_digest
from laurels.adapters.gharchive.streams import Cut, ahead, blocks
from laurels.adapters.github.observe import ARCHIVE_EVENTS, PayloadFault, observe_event
from laurels.adapters.github.payloads import BareEvent, Event
from laurels.domain.lifecycle.facts import Observation

OVERLONG: Final = "longer than 16 MB"
_BATCH_ELEMENTS: Final = 256

_BARE = msgspec.json.Decoder(BareEvent)


class Typed(Protocol):
    """What every event says of itself."""

    type: str


E = TypeVar("E", bound=Typed)


@dataclass(frozen=True, slots=True)
class Form(Generic[E]):
    """How an event is decoded, and which types are wanted; the others are only counted."""

    decoder: msgspec.json.Decoder[E]
    wanted: Collection[str]


EVENTS: Final = Form(msgspec.json.Decoder(Event), ARCHIVE_EVENTS)
"""The events that Laurels imports."""


class FilePass(Generic[E]):
    """One pass over one file; iterate it (or its `chunks()`) once, then look at what it counted."""

    def __init__(self, source: SourceFile, losses: Losses, form: Form[E]) -> None:
        self.source = source
        self.losses = losses
        self._form = form
        self.events_by_type: Counter[str] = Counter()
        self.sha256: str | None = None
        self._line = 0

    @property
    def events_read(self) -> int:
        """How many events were read so far, of all types."""
        return self.events_by_type.total()

    def __iter__(self) -> Iterator[tuple[int, E]]:
        for chunk in self.chunks():
            yield from chunk

    def chunks(self) -> Iterator[list[tuple[int, E]]]:
        """Give the events that matter with their line numbers, one list a block."""
        digest = hashlib.sha256()
        take = self._array_chunks if self.source.shape == "array" else self._line_chunks
        with self.source.path.open("rb") as file:
            try:
                packed = blocks(file, self.source.container, digest.update)
                with closing(ahead(packed)) as unpacked:
                    yield from take(unpacked)
            except Cut as cut:
                self.losses.add_truncated(self.source.name, self._line, str(cut))
                self.sha256 = file_digest(self.source.path)
                return
            except ArrayEnded as ended:
                self.losses.add_truncated(self.source.name, self._line, str(ended))
            # What follows a closed array still belongs to the file's hash.
            while rest := file.read(1 << 20):
                digest.update(rest)
        self.sha256 = digest.hexdigest()

    def _line_chunks(self, unpacked: Iterator[bytes]) -> Iterator[list[tuple[int, E]]]:
        for piece in whole_lines(unpacked):
            if piece is None:
                self._lose_overlong()
                continue
            if not self._line:
                piece = piece.removeprefix(UTF8_MARK)
            count = _line_count(piece)
            try:
                events = self._form.decoder.decode_lines(piece)
            except (msgspec.DecodeError, UnicodeDecodeError):
                events = []
            if len(events) == count:
                first, self._line = self._line + 1, self._line + count
                yield self._counted(enumerate(events, first), events)
            else:
                yield self._one_by_one(piece.removesuffix(b"\n").split(b"\n"))

    def _array_chunks(self, unpacked: Iterator[bytes]) -> Iterator[list[tuple[int, E]]]:
        batch: list[bytes] = []
        try:
            for element in elements(unpacked):
                if element is None or len(batch) >= _BATCH_ELEMENTS:
                    yield self._one_by_one(batch)
                    batch = []
                if element is None:
                    self._lose_overlong()
                else:
                    batch.append(element)
        except (ArrayEnded, Cut):
            # What came before the cut is still given.
            yield self._one_by_one(batch)
            raise
        yield self._one_by_one(batch)

    def lose(self, line: int, event: E, reason: str) -> None:
        """Count an event that was given as broken after all: it lacks a part that it must have."""
        self.events_by_type[event.type] -= 1
        self.losses.add_broken(self.source.name, line, reason)

    def _counted(self, numbered: Iterable[tuple[int, E]], events: list[E]) -> list[tuple[int, E]]:
        self.events_by_type.update([event.type for event in events])
        return [pair for pair in numbered if pair[1].type in self._form.wanted]

    def _one_by_one(self, records: list[bytes]) -> list[tuple[int, E]]:
        numbered: list[tuple[int, E]] = []
        for record in records:
            self._line += 1
            if not record.strip():
                continue
            try:
                numbered.append((self._line, self._form.decoder.decode(record)))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                self._look_again(record, error)
        return self._counted(numbered, [event for _, event in numbered])

    def _look_again(self, record: bytes, error: Exception) -> None:
        """Count a record of a type that is not read, whatever its shape; the rest is broken."""
        try:
            event_type = _BARE.decode(record).type
        except (msgspec.DecodeError, UnicodeDecodeError):
            event_type = None
        if event_type is None or event_type in self._form.wanted:
            self.losses.add_broken(self.source.name, self._line, str(error))
        else:
            self.events_by_type[event_type] += 1

    def _lose_overlong(self) -> None:
        self._line += 1
        self.losses.add_broken(self.source.name, self._line, OVERLONG)


class Reading(FilePass[Event]):
    """A pass over a file for the importer."""

    def observations(self) -> Iterator[list[tuple[int, Observation]]]:
        """Give what the events say, one list a block; an event that lacks a part is a loss."""
        for chunk in self.chunks():
            observed: list[tuple[int, Observation]] = []
            for line, event in chunk:
                try:
                    observation = observe_event(event)
                except PayloadFault as fault:
                    self.lose(line, event, str(fault))
                    continue
                if observation is not None:
                    observed.append((line, observation))
            yield observed


def _line_count(piece: bytes) -> int:
    """Count lines; looking for one end after the other is four times as fast as `count`."""
    count, end = 0, piece.find(b"\n")
    while end >= 0:
        count += 1
        end = piece.find(b"\n", end + 1)
    return count + (not piece.endswith(b"\n"))


def read(source: SourceFile, losses: Losses) -> Reading:
    """Read the events that Laurels imports from one checked file; see `Reading`."""
    return Reading(source, losses, EVENTS)
