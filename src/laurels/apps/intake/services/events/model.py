"""What goes into the events room, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["processed", "ignored", "dead"]
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Received:
    """One stored delivery whose signature was good.

    `hook_repository` is GitHub's id of the repository whose own secret signed it, None where the
    program's secret or the App's did. `event` is from a header, which nobody signed.
    """

    delivery: int
    hook_id: int | None
    hook_repository: int | None
    event: str
    body: bytes
    received_at: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a delivery; `repository` is GitHub's id.

    Nothing of an ignored or dead delivery was written. `is_alarming`: it claims to be what it is
    not, and staff should look.
    """

    state: State
    reason: str = ""
    action: str = ""
    repository: int | None = None
    fingerprint: str = ""
    is_alarming: bool = False


def dead(
    reason: str, action: str = "", repository: int | None = None, *, is_alarming: bool = False
) -> Outcome:
    """Return the outcome of a delivery that cannot be used."""
    return Outcome("dead", _text(reason), _text(action), repository, is_alarming=is_alarming)


def _text(words: str) -> str:
    """Keep of a stranger's words what every database can store."""
    return words.replace("\0", "")[:LONGEST_REASON]
