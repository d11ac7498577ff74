"""Which baseline is meant: the pinned one, else the newest by end date, else the newest loaded.

A program's own population is used where it is pinned, and never for being the newest.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Candidate(msgspec.Struct, frozen=True):
    """A baseline that could be used: id, last day (yyyymmdd), when it was loaded (instant).

    `is_program`: it is of a program's own people, whom nobody is compared with unasked.
    """

    id: str
    end: int
    loaded_at: int
    is_program: bool = False


class BaselineUnknown(LookupError):
    """There is no baseline of the pinned id, or none at all."""

    status_code = 404
    code = "baseline-unknown"


def choose(candidates: Iterable[Candidate], pinned: str | None = None) -> Candidate:
    """Choose a baseline; BaselineUnknown where the pinned one, or any, is missing.

    A pinned id is never replaced by another: figures must not change their population silently.
    """
    known = list(candidates)
    if pinned:
        for one in known:
            if one.id == pinned:
                return one
        raise BaselineUnknown(f"the baseline {pinned!r} is pinned, but not loaded")
    of_all = [one for one in known if not one.is_program]
    if not of_all:
        raise BaselineUnknown("no baseline is loaded")
    return max(of_all, key=lambda one: (one.end, one.loaded_at, one.id))
