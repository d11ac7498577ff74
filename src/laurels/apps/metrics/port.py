"""What metrics need of whoever reads GitHub, so that they import nothing of it.

`settings.LAURELS_SOURCE` holds one such object, chosen by the wiring.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from laurels.apps.audit.actors import Actor
from laurels.domain.windows import Window

if TYPE_CHECKING:
    from laurels.adapters.github.client import GitHub

Told = Callable[[int], None]


def silent(number: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which window to read, in instants; all None: on from what is covered, or three years."""

    since: int | None = None
    until: int | None = None
    backfill_days: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Whom to read: by login, who must have the numeric id `expected` where one is known.

    `ref` is the reference that was reserved for somebody who is not known yet. `progress` is told
    the rows read so far, `begun` the number of the reading.
    """

    login: str
    expected: int | None
    ref: str
    span: Span
    acting: Actor
    progress: Told = silent
    begun: Told = silent


@dataclass(frozen=True, slots=True)
class Ingested:
    """What was read of a person (`contributor`, a row): the window, rows and requests."""

    contributor: int
    run: int
    window: Window
    pull_requests: int
    metadata_ok: bool
    requests: int


@dataclass(frozen=True, slots=True)
class TrackedPerson:
    """Somebody whose work is read again by itself; None where it never was.

    `moved_at` is the latest of the moments at which a pull request of theirs moved at GitHub, and
    at which a reading that found any ended. `covered` are the seconds of the window that were read.
    """

    contributor: int
    ref: str
    read_at: int | None
    moved_at: int | None
    covered: int


class PersonSource(Protocol):
    """Reads people's work from GitHub and remembers what it has read."""

    def can_ask(self) -> bool:
        """Tell whether there are service tokens, or an App."""
        ...

    def read(self, asked: Asked, github: GitHub) -> Ingested:
        """Read a person; raises SourceLocked, SourceRefused and what the client raises.

        What was read before stays, and the next reading goes on from there.
        """
        ...

    def tracked(self, window: Window, only: Collection[int] | None = None) -> list[TrackedPerson]:
        """Return who is read by itself, those never read first, then the longest ago."""
        ...
