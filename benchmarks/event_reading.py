"""Reading a gzip event file: events of the types that matter, typed, the others counted.

ours       the importer's reader: hashed on the way, losses counted, memory flat
yardstick  json and gzip from the standard library, a line at a time, left as dictionaries
limit      isal and msgspec with our own types, a block at a time, no fault looked for

The timed pass only counts; what the events say is hashed in a pass of its own over the same code.
Peak memory is that of a process which does nothing but read.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path as File
from typing import Any

import msgspec
from isal import igzip

from benchmarks.corpus import Corpus, hour
from benchmarks.harness import LIMIT, OURS, YARDSTICK, Contender, Path, Target, faster
from benchmarks.options import Options
from benchmarks.scratch import folder
from laurels.adapters.gharchive import Losses, check, read
from laurels.adapters.github.observe import ARCHIVE_EVENTS
from laurels.adapters.github.payloads import Event

ENGINES = ("none",)
MEMORY_MB = 64
_BLOCK = 1 << 20
_DECODER = msgspec.json.Decoder(Event)
Told = tuple[Any, ...]


def run(_: object, options: Options) -> list[Path]:
    """Measure one pass over a file."""
    copies = 1 if options.is_quick else 20
    corpus = hour(folder(), copies)
    contenders = [
        _contender(OURS, corpus, _count_ours, _ours),
        _contender(YARDSTICK, corpus, _count_yardstick, _yardstick),
        _contender(LIMIT, corpus, _count_limit, _limit),
    ]
    path = Path(
        "event reading", "none", f"{corpus.events:,} events: {corpus.name}", corpus.sha256,
        contenders, (faster("read", 4), faster("read", 0.85, LIMIT)),
    )  # fmt: skip
    path.measure(options.rounds)
    path.notes += _rates(path, corpus.events)
    if not options.is_quick and sys.platform == "linux":
        _memory(path, corpus)
    return [path]


def _contender(name: str, corpus: Corpus, count: Any, told: Any) -> Contender:
    def work() -> None:
        by_type = count(corpus.path)
        if by_type.total() != corpus.events:
            raise RuntimeError(f"{name} read {by_type.total()} events, not {corpus.events}")

    return Contender(name, {"read": work}, lambda _: {"events": _digest(told(corpus.path))})


def _digest(told: Iterator[Told]) -> str:
    hashed = hashlib.sha256()
    for one in told:
        hashed.update(repr(one).encode())
    return hashed.hexdigest()


def _of_event(event: Event) -> Told:
    payload = event.payload
    subject = payload.pull_request or payload.issue
    user = subject.user if subject is not None else None
    return (
        event.type, event.created_at.timestamp(), event.repo.id,
        event.actor.id if event.actor else None, payload.action,
        subject.number if subject else None, subject.title if subject else None,
        user.id if user else None,
    )  # fmt: skip


def _count_ours(path: File) -> Counter[str]:
    reading = read(check([path])[0], Losses())
    for _ in reading.chunks():
        pass
    return reading.events_by_type


def _ours(path: File) -> Iterator[Told]:
    for chunk in read(check([path])[0], Losses()).chunks():
        for _, event in chunk:
            yield _of_event(event)


def _dictionaries(path: File) -> Iterator[dict[str, Any]]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            yield json.loads(line)


def _count_yardstick(path: File) -> Counter[str]:
    return Counter(event["type"] for event in _dictionaries(path))


def _yardstick(path: File) -> Iterator[Told]:
    for event in _dictionaries(path):
        if event["type"] not in ARCHIVE_EVENTS:
            continue
        payload = event["payload"]
        subject = payload.get("pull_request") or payload.get("issue") or {}
        user = subject.get("user") or {}
        at = datetime.fromisoformat(event["created_at"]).timestamp()
        yield (
            event["type"], at, event["repo"]["id"], event["actor"]["id"],
            payload.get("action", ""), subject.get("number"), subject.get("title"), user.get("id"),
        )  # fmt: skip


def _typed(path: File) -> Iterator[list[Event]]:
    with igzip.open(path, "rb") as file:
        rest = b""
        while block := file.read(_BLOCK):
            end = block.rfind(b"\n") + 1
            if end:
                yield _DECODER.decode_lines(rest + block[:end])
                rest = block[end:]
            else:
                rest += block
        if rest:
            yield _DECODER.decode_lines(rest)


def _count_limit(path: File) -> Counter[str]:
    by_type: Counter[str] = Counter()
    for events in _typed(path):
        by_type.update([event.type for event in events])
    return by_type


def _limit(path: File) -> Iterator[Told]:
    for events in _typed(path):
        for event in events:
            if event.type in ARCHIVE_EVENTS:
                yield _of_event(event)


def _rates(path: Path, events: int) -> list[str]:
    rates = [f"{name} {events / spent:,.0f}" for (_, name), spent in path.medians.items()]
    return [f"events a second: {', '.join(rates)}"]


def _memory(path: Path, corpus: Corpus) -> None:
    """Read once in a fresh process, a small file and a large one, and ask for its peak."""
    small = hour(corpus.path.parent, 1)
    peaks = [_peak_mb(one.path) for one in (small, corpus)]
    path.notes.append(
        f"peak memory of a reading process: {peaks[0]:.0f} MB for {small.events:,} events,"
        f" {peaks[1]:.0f} MB for {corpus.events:,}"
    )
    text = f"peak memory ≤ {MEMORY_MB} MB"
    path.targets = (*path.targets, Target(text, lambda _: max(peaks), at_most=MEMORY_MB, unit="MB"))


def _peak_mb(file: File) -> float:
    # Not getrusage: on Linux a child's begins with the peak of its parent.
    code = (
        "import re, sys\n"
        "from laurels.adapters.gharchive import Losses, check, read\n"
        "for chunk in read(check([sys.argv[1]])[0], Losses()).observations(): pass\n"
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(file)], capture_output=True, text=True, check=True
    )
    return int(done.stdout) / 1024
