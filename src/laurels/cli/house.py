"""Entering the house: Django set up, the database at hand and as this version needs it.

Commands that only compute (`--help`, `ruleset check`) never enter, so they neither pay for Django
nor leave a file behind.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from laurels.apps.audit.actors import Actor
    from laurels.apps.jobs.bell import ThreadBell
    from laurels.kit.clock import Clock


class Setup(Protocol):
    """Start Django: with a pool when `serving`, past a pooler when `direct`."""

    def __call__(self, *, serving: bool = False, direct: bool = False) -> None:
        """Do it; a second call changes nothing."""
        ...


@dataclass(frozen=True, slots=True)
class House:
    """What a command works with: the operator's settings, the clock, and who acts.

    `bell` (jobs) and `inbox` (deliveries) are there in a serving process alone.
    """

    settings: Any
    clock: Clock
    acting: Actor
    bell: ThreadBell | None = None
    inbox: ThreadBell | None = None

    @property
    def now(self) -> int:
        """The present instant."""
        return self.clock.now()


_setup: Setup | None = None


def install(setup: Setup) -> None:
    """Choose how this process starts Django."""
    global _setup
    _setup = setup


def start(*, serving: bool = False, direct: bool = False) -> House:
    """Start Django, whatever state the database is in."""
    if _setup is None:
        raise RuntimeError("nobody said how to start Django")
    _setup(serving=serving, direct=direct)
    from django.conf import settings

    from laurels.apps.audit.actors import operator

    return House(
        settings.LAURELS,
        settings.LAURELS_CLOCK,
        operator(),
        settings.LAURELS_BELL,
        settings.LAURELS_INBOX_BELL,
    )


def enter(*, serving: bool = False, direct: bool = False) -> House:
    """Start Django and require a migrated database; raises schema.NotMigrated."""
    house = start(serving=serving, direct=direct)
    from laurels.cli import schema

    schema.require()
    return house
