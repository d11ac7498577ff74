"""A small town that lives: invented people, two projects, and something happening every moment.

The live demo serves it. What happens next is drawn from a seed; when is up to the caller.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass

from laurels.lab.github.acts import Acts
from laurels.lab.github.places import Places
from laurels.lab.github.things import Account, Repository, Thread

ORGANISER = "olga"
"""Who administers both projects; the demo makes her staff."""
_PEOPLE = (
    (ORGANISER, "Olga Brandt"),
    ("mira", "Mira Okafor"),
    ("jun", "Jun Tanaka"),
    ("carl", "Carl Weiss"),
    ("nina", "Nina Duarte"),
    ("sam", "Sam Adeyemi"),
)
_TITLES = (
    "Mend the tide table",
    "Say which lamp is out",
    "Read times with an offset",
    "Draw the chart from left to right",
    "Keep the log when the disk is full",
    "Explain how to build on Windows",
    "Test what happens at midnight",
    "Forget nothing on restart",
)
_LABELS = ("documentation", "good first issue", "bug")


@dataclass(frozen=True, slots=True)
class Town:
    """Who and what the demo has; `connected` is told to Laurels from the start."""

    organiser: Account
    people: list[Account]
    connected: Repository
    other: Repository


def settle(places: Places) -> Town:
    """Make the town."""
    people = [places.account(login, name=name) for login, name in _PEOPLE]
    organiser, mira = people[0], people[1]
    group = places.account("harbour", "Organization", name="Harbour")
    group.members |= {organiser.id: "admin", mira.id: "member"}
    homes = [
        places.repository(group, name, description=told, languages={language: 48_000})
        for name, told, language in (
            ("tidewheel", "Tide tables that agree with the sea", "Python"),
            ("lanternlog", "What each lamp of the harbour did", "TypeScript"),
        )
    ]
    for home in homes:
        home.rights |= {mira.id: "maintain", people[2].id: "push"}
    return Town(organiser, people, homes[0], homes[1])


class Activity:
    """Lets something happen in the town, one act at a call."""

    def __init__(self, acts: Acts, town: Town, seed: int = 7) -> None:
        """Begin with nothing open."""
        self.acts = acts
        self.town = town
        self._source = random.Random(seed)
        self._ending = threading.Event()

    def run(self, every_seconds: float) -> None:
        """Act until `end`, with that pause on average."""
        while not self._ending.wait(every_seconds * self._source.uniform(0.4, 1.6)):
            self.step()

    def past(self, days: int, steps: int) -> None:
        """Let as much happen as in some days before now, telling of it at once."""
        world = self.acts.world
        with world.lock:
            clock, now = world.clock, world.now()
            try:
                for number in range(steps):
                    at = now - days * 86_400 * (steps - number) // steps
                    world.clock = lambda at=at: at  # type: ignore[misc]
                    self.step()
            finally:
                world.clock = clock

    def end(self) -> None:
        """Let nothing happen any more."""
        self._ending.set()

    def step(self) -> str:
        """Let one thing happen and say what, in a word."""
        home = self.town.connected if self._source.random() < 0.75 else self.town.other
        with self.acts.world.lock:
            if home.is_deleted or home.is_archived:
                return "nothing"
            waiting = [one for one in home.threads.values() if one.state == "open"]
            if len(waiting) < 3 or (len(waiting) < 9 and self._source.random() < 0.35):
                return self._open(home)
            thread = self._source.choice(waiting)
            return self._pull(thread) if thread.is_pull else self._issue(thread)

    def _open(self, home: Repository) -> str:
        author = self._source.choice(self.town.people)
        title, is_pull = self._source.choice(_TITLES), self._source.random() < 0.75
        lines = {
            "additions": self._source.randint(4, 160),
            "deletions": self._source.randint(0, 60),
        }
        self.acts.open(home, author, title, is_pull=is_pull, **(lines if is_pull else {}))
        return "open"

    def _pull(self, thread: Thread) -> str:
        reviewer = self._other(thread, self.town.people[:3])
        if not thread.reviews:
            state = self._source.choice(("APPROVED", "APPROVED", "CHANGES_REQUESTED", "COMMENTED"))
            self.acts.review(thread, reviewer, state)
            return "review"
        if thread.reviews[-1].state == "APPROVED":
            self.acts.merge(thread, reviewer)
            return "merge"
        if thread.head_sha == thread.reviews[-1].commit:
            self.acts.push(thread)
            return "push"
        self.acts.review(thread, reviewer)
        return "review"

    def _issue(self, thread: Thread) -> str:
        person = self._other(thread, self.town.people)
        if not thread.comments:
            self.acts.comment(thread, person, "I see that here as well.")
            return "comment"
        if not thread.labels:
            self.acts.label(thread, self.town.people[1], self._source.choice(_LABELS))
            return "label"
        self.acts.close(thread, self.town.people[1])
        return "close"

    def _other(self, thread: Thread, people: list[Account]) -> Account:
        return self._source.choice([one for one in people if one is not thread.author])
