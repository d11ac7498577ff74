"""Payloads as they were served last, kept for three minutes in each process.

A kept payload names the run and the login that it tells of, and is given out only for these: after
a new computation or a rename no process serves an old one, whichever of them computed. So nothing
needs to be told to the others; `payload_forget` frees what this process keeps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec
from django.core.cache import cache

from laurels.domain.percentiles import Mode

if TYPE_CHECKING:
    from laurels.apps.metrics.selectors.people import Tracked

KEPT_SECONDS = 180

_Kept = tuple[int, str, str, bytes]


@dataclass(frozen=True, slots=True)
class Served:
    """A payload as JSON, and its ETag: equal texts have equal tags."""

    body: bytes
    etag: str

    @property
    def payload(self) -> dict[str, Any]:
        """Return the payload read."""
        payload: dict[str, Any] = msgspec.json.decode(self.body)
        return payload


def served_of(payload: dict[str, Any]) -> Served:
    """Write a payload and tag it."""
    body = msgspec.json.encode(payload)
    return Served(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


def payloads_kept(people: Iterable[Tracked], mode: Mode) -> dict[int, Served]:
    """Return what is kept of these people and is still so, by row; asks no database."""
    wanted = {_key(one.id, mode): one for one in people}
    kept: dict[str, _Kept] = cache.get_many(wanted)
    return {
        wanted[key].id: Served(body, etag)
        for key, (run_id, login, etag, body) in kept.items()
        if (run_id, login) == (wanted[key].run_id, wanted[key].login)
    }


def payloads_keep(made: Iterable[tuple[Tracked, Served]], mode: Mode) -> None:
    """Keep what was made."""
    kept = {
        _key(one.id, mode): (one.run_id, one.login, served.etag, served.body)
        for one, served in made
    }
    cache.set_many(kept, KEPT_SECONDS)


def payload_forget(contributor_id: int) -> None:
    """Let go of what this process keeps of a person."""
    cache.delete_many([_key(contributor_id, mode) for mode in Mode])


def _key(contributor_id: int, mode: Mode) -> str:
    return f"laurels-metrics-{contributor_id}-{mode.value}"
