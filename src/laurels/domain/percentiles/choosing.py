"""Which baseline is meant: the pinned one, else the newest by end date, else the newest loaded."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec


class Candidate(msgspec.Struct, frozen=True):
    """A baseline that could be used: id, last day (yyyymmdd), when it was loaded (instant)."""

    id: str
    end: int
    loaded_at: int


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
    if not known:
        raise BaselineUnknown("no baseline is loaded")
    return max(known, key=lambda one: (one.end, one.loaded_at, one.id))
