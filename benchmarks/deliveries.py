"""Signed deliveries as GitHub would send them, from the stand-in's world: bodies of 10 to 30 kB.

Every delivery differs from every other one; the same size gives the same bytes.
"""

from __future__ import annotations

import hashlib
import hmac
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.scratch import digest

SECRET = "a secret for benchmarks"
HOOK = 9
PATH = "/webhooks/github"
BEGINS = 1_780_000_000
_PEOPLE = 200
_REPOSITORIES = 40


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery, not yet addressed."""

    guid: str
    event: str
    body: bytes

    def request(self) -> bytes:
        """Return it as the bytes of an HTTP request, signed."""
        signature = hmac.digest(SECRET.encode(), self.body, "sha256").hex()
        head = (
            f"POST {PATH} HTTP/1.1\r\nHost: 127.0.0.1\r\nAccept: */*\r\n"
            "Content-Type: application/json\r\nUser-Agent: GitHub-Hookshot/044aadd\r\n"
            f"X-GitHub-Delivery: {self.guid}\r\nX-GitHub-Event: {self.event}\r\n"
            f"X-GitHub-Hook-ID: {HOOK}\r\nX-Hub-Signature-256: sha256={signature}\r\n"
            f"Content-Length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


@dataclass(frozen=True, slots=True)
class Deliveries:
    """A list of deliveries and what must be stored when all of them are in."""

    items: Sequence[Delivery]
    repositories: Sequence[tuple[str, int]]
    """Full name and GitHub id of each."""

    @property
    def checksum(self) -> str:
        """Return the digest over (GUID, SHA-256 of the body)."""
        return stored((one.guid, one.body) for one in self.items)

    @property
    def about(self) -> str:
        """Tell their number and mean size."""
        mean = sum(len(one.body) for one in self.items) / len(self.items) / 1000
        return f"{len(self.items):,} deliveries of {mean:.0f} kB on average"

    def write(self, path: Path) -> Path:
        """Write the requests where the client's process reads them."""
        path.write_bytes(pickle.dumps([one.request() for one in self.items]))
        return path


def stored(rows: Any) -> str:
    """Return the digest over what a table holds, given as (GUID, body)."""
    return digest((guid, hashlib.sha256(bytes(body)).hexdigest()) for guid, body in rows)


def deliveries(count: int) -> Deliveries:
    """Make so many: pull requests opened, approved and merged, with the pushes."""
    from laurels.lab.github.acts import Acts
    from laurels.lab.github.places import Places
    from laurels.lab.github.post import Post
    from laurels.lab.github.shapes.accounts import Urls
    from laurels.lab.github.world import World

    world = World(lambda: BEGINS, salt="benchmarks")
    # Its post is never started: what it would send is what is wanted here.
    acts = Acts(world, Post(world), Urls("https://api.github.com", "https://github.com"))
    places = Places(acts)
    group = places.account("harbour", "Organization")
    people = [places.account(f"sailor-{number:03}") for number in range(_PEOPLE)]
    homes = [places.repository(group, f"ship-{number:02}") for number in range(_REPOSITORIES)]
    hooks = [
        places.hook(home, "http://127.0.0.1:1/", SECRET, ["*"], is_pinged=False) for home in homes
    ]
    number = 0
    while sum(len(hook.sent) for hook in hooks) < count:
        author, other = people[number % _PEOPLE], people[(number * 7 + 1) % _PEOPLE]
        at = BEGINS + number * 60
        thread = acts.open(homes[number % _REPOSITORIES], author, f"Change {number}", at=at)
        acts.review(thread, other, "APPROVED", at=at + 20)
        acts.merge(thread, other, at=at + 40)
        number += 1
    sent = sorted((one for hook in hooks for one in hook.sent), key=lambda one: one.id)
    return Deliveries(
        [Delivery(f"d-{one.id:08}", one.event, one.body) for one in sent[:count]],
        [(home.full_name, home.id) for home in homes],
    )
