"""Event files to measure with: real ones where they are at hand, a simulated season elsewhere.

The folder of real input is LAURELS_SHARED_DATA, or shared/data beside the checkout. Larger loads
are copies with other ids, logins and repository names. The SHA-256 is over the unpacked lines, so
that it does not depend on how a machine compresses.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).parents[1]
_HOUR = "gharchive/2015-01-01-12.json.gz"
_DAYS = tuple(f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25, 26))
_SHIFT = 10**10
UNTIL = 1_760_000_000


@dataclass(frozen=True, slots=True)
class Corpus:
    """Some event files and what they hold."""

    path: Path
    events: int
    sha256: str
    name: str


def _real() -> Path | None:
    folder = Path(os.environ.get("LAURELS_SHARED_DATA") or _ROOT.parent / "shared" / "data")
    return folder if (folder / _HOUR).is_file() else None


def hour(folder: Path, copies: int) -> Corpus:
    """Write one gzip file of all kinds of events, the same ones `copies` times."""
    real = _real()
    if real is None:
        lines, name = _season(folder), "a simulated season"
    else:
        lines, name = gzip.decompress((real / _HOUR).read_bytes()), "a GH Archive hour of 2015"
    return _written(folder / f"hour-{copies}.json.gz", [lines] * copies, f"{copies} × {name}")


def days(folder: Path, copies: int, *, most: int = 0) -> Corpus:
    """Write one gzip file of full payloads in order of time, each copy with ids of its own.

    `most` keeps only so many events of the beginning.
    """
    real = _real()
    if real is None:
        lines, name = _season(folder), "a simulated season"
    else:
        days = [gzip.decompress((real / day).read_bytes()) for day in _DAYS]
        lines, name = b"".join(days), "three days of kubernetes, 2017"
    if most:
        lines = b"".join(lines.splitlines(keepends=True)[:most])
        name = f"the first {most} events of {name}"
    parts = [lines, *(_shifted(lines, copy) for copy in range(1, copies))]
    return _written(folder / f"days-{copies}-{most}.json.gz", parts, f"{copies} × {name}")


def _written(path: Path, parts: list[bytes], name: str) -> Corpus:
    hashed, events = hashlib.sha256(), 0
    with gzip.open(path, "wb", compresslevel=6) as packed:
        for part in parts:
            hashed.update(part)
            events += part.count(b"\n")
            packed.write(part)
    return Corpus(path, events, hashed.hexdigest(), name)


def _season(folder: Path) -> bytes:
    from laurels.lab.season import write_season

    season = write_season(folder / "season", seed=1, until=UNTIL)
    return b"".join(gzip.decompress(path.read_bytes()) for path in season.paths)


def _shifted(lines: bytes, copy: int) -> bytes:
    return b"".join(_shifted_lines(lines, copy))


def _shifted_lines(lines: bytes, copy: int) -> Iterator[bytes]:
    for line in lines.splitlines():
        event = json.loads(line)
        _shift(event, copy)
        event["repo"]["name"] += f"-{copy}"
        yield json.dumps(event, separators=(",", ":")).encode() + b"\n"


def _shift(value: Any, copy: int) -> None:
    if isinstance(value, list):
        for one in value:
            _shift(one, copy)
    elif isinstance(value, dict):
        for key, one in value.items():
            if key == "id" and isinstance(one, int):
                value[key] = one + copy * _SHIFT
            elif key in ("login", "full_name") and isinstance(one, str):
                value[key] = f"{one}-{copy}"
            else:
                _shift(one, copy)
