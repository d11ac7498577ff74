"""The digest of what stands: equal wherever the same facts were scored by the same rules."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from itertools import islice

_CHUNK = 8192


def digest_line(
    kind: str,
    repository_id: int,
    number: int,
    person_id: int,
    scope_kind: str,
    component: str,
    points: int,
    occurred_at: int,
    ruleset_hash: str,
) -> bytes:
    """Write one standing item as a line of words, without its newline.

    GitHub's ids and the ruleset's content hash only: no internal id, posting time, slug or
    explanation, so that two installations can compare.
    """
    return (
        f"{kind} {repository_id} {number} {person_id} {scope_kind} {component}"
        f" {points} {occurred_at} {ruleset_hash}"
    ).encode()


def digest(lines: Iterable[bytes]) -> str:
    """Give SHA-256 in hexadecimal over the lines sorted by bytes, each ended by a newline."""
    total = sha256()
    ordered = iter(sorted(lines))
    while chunk := list(islice(ordered, _CHUNK)):
        total.update(b"\n".join(chunk) + b"\n")
    return total.hexdigest()
