"""Checkpoints of the ledger that were kept in files, read and checked."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from laurels.adapters.signing.checkpoints import check, check_key
from laurels.cli.faults import Refusal
from laurels.domain.ledger.checkpoints import Checkpoint, CheckpointRefused, parse

_MOST_BYTES = 64_000_000


def read_checkpoints(files: Iterable[Path], keys: Iterable[str]) -> list[Checkpoint]:
    """Return every checkpoint in files, a line each; raises Refusal for the first that is none.

    They may be signed with a key of this installation, or with one of `keys`.
    """
    found: list[Checkpoint] = []
    try:
        trusted = {check_key(key) for key in keys}
    except CheckpointRefused as fault:
        raise Refusal(f"--key: {fault}.") from None
    for file in files:
        trusted.update(settings.LAURELS_CHECKPOINT_KEYS.public())
        lines = _lines(file)
        if not lines:
            raise Refusal(f"{file} holds no checkpoint.")
        found += (_read(file, number, line, trusted) for number, line in enumerate(lines, start=1))
    return found


def _read(file: Path, number: int, line: str, trusted: set[str]) -> Checkpoint:
    try:
        one = parse(line)
        check(one, trusted)
    except CheckpointRefused as fault:
        raise Refusal(f"{file}, line {number}: {fault}.") from None
    return one


def _lines(file: Path) -> list[str]:
    try:
        if file.stat().st_size > _MOST_BYTES:
            raise Refusal(f"{file} is larger than any file of checkpoints.")
        text = file.read_text(encoding="utf-8")
    except OSError as fault:
        raise Refusal(f"Cannot read {file}: {fault.strerror}.") from None
    except UnicodeDecodeError:
        raise Refusal(f"{file} is no text.") from None
    return [line for line in text.splitlines() if line.strip()]
