"""Who does something. A person is named by their random reference, never by login or name."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Actor:
    """The one whom an audit row names; `name` must survive the erasure of any person."""

    name: str

    @property
    def is_person(self) -> bool:
        """Whether somebody decided this; what the system does by itself leaves no audit row."""
        return self != SYSTEM


SYSTEM = Actor("system")


def operator() -> Actor:
    """Return the actor of the command line: whoever holds this machine."""
    return Actor("operator")


def contributor(ref: str) -> Actor:
    """Return the actor for a signed-in contributor, by their reference."""
    return Actor(f"contributor:{ref}")
