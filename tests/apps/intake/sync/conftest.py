"""A stand-in GitHub with a few people, and a client whose token state is in this database."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from laurels.adapters.github.client import Core, GitHub, Pool, Token, Tuning, http_client
from laurels.apps.audit.actors import SYSTEM
from laurels.apps.intake.services.sync import Synced, Wanted, sync
from laurels.apps.intake.services.sync.outages import outage_note
from laurels.apps.intake.services.sync.shared import DatabaseState
from laurels.apps.projects.register import Register
from laurels.apps.scoring.services import program_init
from laurels.lab.github.acts import make_thread
from laurels.lab.github.things import Account, Repository, Thread
from tests.fakes.github import Town, town

DAY = 86_400


@dataclass
class Hall:
    """The town, our client of it, and a clock that both go by."""

    town: Town
    github: GitHub

    def now(self) -> int:
        return self.town.clock.now

    def sync(
        self, kind: str, name: str, *, register: Register | None = None, **wanted: Any
    ) -> Synced:
        return sync(
            kind,
            name,
            github=self.github,
            clock=self,
            acting=SYSTEM,
            register=register,
            wanted=Wanted(**wanted),
        )

    def pull(
        self, place: Repository, author: Account, at: int, title: str = "Mend it", **about: Any
    ) -> Thread:
        """Put a pull request into the world; merged where `merged_at` says so."""
        if about.get("merged_at"):
            about |= {"state": "closed", "closed_at": about["merged_at"]}
            about.setdefault("merged_by", self.town.maintainer)
        about.setdefault("updated_at", about.get("merged_at") or at)
        return make_thread(self.town.hub.world, place, author, title, True, at, about)

    def searches(self) -> list[str]:
        """Return the searches that were asked, in order."""
        import json

        bodies = [json.loads(one.body) for one in self.town.hub.faults.log if one.body]
        return [body["variables"]["query"] for body in bodies if "query" in body["variables"]]


@pytest.fixture
def hall(db: None) -> Iterator[Hall]:
    with town() as place:
        program_init("fair", now=place.clock.now - 2000 * DAY, acting=SYSTEM)
        grant = place.hub.world.token_for(place.owner)
        state = DatabaseState()

        def pause(seconds: float) -> None:
            place.clock.forward(1)

        class Time:
            def now(self) -> int:
                return place.clock.now

        core = Core(
            http_client("laurels tests"),
            state,
            Time(),
            lambda: 0.5,
            pause,
            Tuning(),
            notice=outage_note,
        )
        yield Hall(place, GitHub(core, Pool((Token(grant),), state), place.hub.api))
        core.close()
