"""Parts of an erasure that lie in apps above this one: each adds its own when it is loaded.

So there is one call that erases a person, `services.person_erase`, and no door can forget a part.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Who:
    """Whom an erasure is about; `logins` are all they had, as they wrote them."""

    github_id: int | None
    logins: frozenset[str]


Forget = Callable[[Who], None]
Seek = Callable[[Who], Forget]
"""Looks, before the transaction, for what may take long to find; returns what forgets it in it.

What is found must be looked through again where the person met there is another than the one
sought: somebody may have been renamed between.
"""

_parts: list[Seek] = []


def add(part: Seek) -> None:
    """Make `part` belong to every erasure from now on."""
    if part not in _parts:
        _parts.append(part)


def seek(who: Who) -> list[Forget]:
    """Let every part look for what it knows of a person."""
    return [part(who) for part in _parts]
