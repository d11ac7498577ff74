"""A client over real sockets, with a clock that moves only when told and a store in memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from laurels.adapters.github.client import Core, GitHub, Tuning, http_client
from laurels.adapters.github.client.shared import Token
from laurels.adapters.github.client.tokens import OneToken
from laurels.kit.clock import ManualClock
from tests.fakes.scripted import Scripted, serving
from tests.fakes.token_state import MemoryState

NOW = 1_700_000_000
TOKEN = Token("ghp_secret")


@dataclass
class Bench:
    """All that a test of the client moves and looks at."""

    server: Scripted
    state: MemoryState
    clock: ManualClock
    core: Core
    github: GitHub
    pauses: list[float]


@pytest.fixture
def bench() -> Iterator[Bench]:
    state, clock, pauses = MemoryState(), ManualClock(NOW), list[float]()

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        clock.advance(1)

    with serving() as server:
        core = Core(http_client("laurels tests"), state, clock, lambda: 0.5, pause, Tuning())
        github = GitHub(core, OneToken(TOKEN), server.url)
        yield Bench(server, state, clock, core, github, pauses)
        core.close()
