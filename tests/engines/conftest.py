"""Here both engines are met in one run: a test is made for each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache

import pytest

from tests.engines.hooks_places import probe
from tests.engines.processes import Place, place


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Return the engine of this test, whatever engine the run is on."""
    return str(request.param)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Place]]:
    """Return what gives a program on an engine that takes deliveries, to be copied, not used."""
    with ExitStack() as stack:

        @cache
        def made(engine: str) -> Place:
            folder = tmp_path_factory.mktemp("begun") / engine
            here = stack.enter_context(place(engine, folder))
            probe(here, "begin")
            return here

        yield made
