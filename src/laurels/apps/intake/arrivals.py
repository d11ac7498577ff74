"""What the webhook door hands to the inbox, and what it is told."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery whose signature is good; `via` is the repository of the hook that signed it."""

    hook_id: int
    guid: str
    event: str
    headers: str
    body: bytes
    sha256: str
    via: int | None
    received_at: int

    @property
    def key(self) -> tuple[int, str]:
        """What makes a redelivery the same delivery."""
        return self.hook_id, self.guid


class Verdict(Enum):
    """What became of an arrival: in the database now, there before, or refused."""

    STORED = "stored"
    KNOWN = "known"
    CONFLICT = "conflict"
