"""Event files as one Parquet file of flat rows, in bounded memory.

Our own reader unpacks every container and counts what is broken, so an engine never meets a line
that it would refuse, guess at or drop; that is why no engine's own JSON reader is used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from laurels.adapters.gharchive.archive.rows import COLUMNS, LEAN_EVENTS, Row, RowFault, row_of
from laurels.adapters.gharchive.faults import Losses
from laurels.adapters.gharchive.reader import FilePass
from laurels.adapters.gharchive.sources import SourceFile

BATCH_ROWS: Final = 32_768
SCHEMA: Final = pa.schema([pa.field(name, pa.type_for_alias(kind)) for name, kind in COLUMNS])

Progress = Callable[[str, int, int], None]
"""Called with a stage and how much of it is done: `reading` counts bytes of files of all bytes."""


@dataclass(slots=True)
class FileRead:
    """One file that was read: its name, SHA-256 and events."""

    name: str
    sha256: str
    events: int


@dataclass(slots=True)
class Staged:
    """What was read: files, events by type, rows written, losses."""

    files: list[FileRead] = field(default_factory=list)
    events_by_type: Counter[str] = field(default_factory=Counter)
    rows: int = 0
    losses: Losses = field(default_factory=Losses)


def stage(sources: Sequence[SourceFile], path: Path, progress: Progress) -> Staged:
    """Write the rows of all files; memory is one block, one batch and one row group."""
    staged = Staged()
    everything, done, spare = sum(source.size_bytes for source in sources), 0, 0
    batch: list[Row] = []
    with pq.ParquetWriter(path, SCHEMA, compression="zstd", compression_level=1) as writer:

        def write() -> None:
            columns = list(zip(*batch, strict=True))
            arrays = [pa.array(c, f.type) for c, f in zip(columns, SCHEMA, strict=True)]
            writer.write_batch(pa.record_batch(arrays, schema=SCHEMA))
            staged.rows += len(batch)
            batch.clear()

        for source in sources:
            progress("reading", done, everything)
            reading = FilePass(source, staged.losses, LEAN_EVENTS)
            for chunk in reading.chunks():
                for line, event in chunk:
                    spare -= 1
                    try:
                        row = row_of(event, spare)
                    except RowFault as fault:
                        reading.lose(line, event, str(fault))
                        continue
                    if row is not None:
                        batch.append(row)
                if len(batch) >= BATCH_ROWS:
                    write()
            done += source.size_bytes
            staged.events_by_type += reading.events_by_type
            staged.files.append(
                FileRead(source.name, reading.sha256 or "", reading.events_read)
            )  # fmt: skip
        if batch:
            write()
    progress("reading", everything, everything)
    return staged
