"""A large world quickly: repositories and pull requests by the ten thousand, from a seed.

Nobody is told: what is made here happened before anybody listened, and a first sync finds it.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from laurels.lab.github.acts import make_thread
from laurels.lab.github.places import Places
from laurels.lab.github.things import Account, Repository, Review, Thread

_LANGUAGES = ("Python", "Go", "TypeScript", "Rust", "C", "Java")


@dataclass(frozen=True, slots=True)
class Made:
    """What was made, in order."""

    owner: Account
    people: list[Account]
    repositories: list[Repository]
    threads: list[Thread]


def fill(
    places: Places,
    *,
    repositories: int,
    pulls: int,
    begins: int,
    ends: int,
    people: int = 20,
    seed: int = 1,
    owner: str = "bulk",
    author: Account | None = None,
    merged_share: float = 0.7,
) -> Made:
    """Make an organisation with pull requests opened and mostly merged between two instants.

    With `author`, all of them are that person's. Three in four merged ones have an approval.
    """
    world = places.world
    source = random.Random(seed)
    with world.lock:
        group = places.account(owner, "Organization")
        crowd = [places.account(f"{owner}-{number:03}") for number in range(people)]
        homes = [
            places.repository(
                group,
                f"project-{number:03}",
                created_at=begins,
                updated_at=begins,
                languages=dict.fromkeys(source.sample(_LANGUAGES, 2), 1000 + number),
            )
            for number in range(repositories)
        ]
        opened = sorted(source.randint(begins, ends) for _ in range(pulls))
        threads = []
        for number, at in enumerate(opened):
            home, writer = homes[number % repositories], author or source.choice(crowd)
            lines = {"additions": source.randint(1, 400), "deletions": source.randint(0, 200)}
            thread = make_thread(world, home, writer, f"Change {number}", True, at, lines)
            if source.random() < merged_share:
                _merge(thread, source, crowd, ends)
                home.contributors.add(writer.id)
            home.updated_at = max(home.updated_at, thread.updated_at)
            threads.append(thread)
    for thread in threads:
        if thread.merged_at is not None and source.random() < 0.75:
            _approve(places, thread, source.choice(crowd))
    return Made(group, crowd, homes, threads)


def _merge(thread: Thread, source: random.Random, crowd: list[Account], ends: int) -> None:
    at = min(ends, thread.created_at + 60 + int(source.expovariate(1 / 86_400)))
    thread.state, thread.closed_at, thread.merged_at, thread.updated_at = "closed", at, at, at
    thread.merged_by = thread.closed_by = source.choice(crowd)
    thread.merge_sha = f"{thread.id:040x}"


def _approve(places: Places, thread: Thread, reviewer: Account) -> None:
    if reviewer is thread.author:
        return
    number = places.world.next_id("remark")
    at = max(thread.created_at, thread.updated_at - 30)
    review = Review(number, thread, reviewer, "APPROVED", at, "", thread.head_sha)
    thread.reviews.append(review)
    places.world.remarks[number] = review
