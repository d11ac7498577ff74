"""One simulated season, written once."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import msgspec
import pytest

from laurels.lab.season import SeasonFiles, write_season

UNTIL = 1_763_683_200 + 43_210
SEED = 7


def lines_of(path: Path) -> list[dict[str, Any]]:
    """Read one written file back."""
    with gzip.open(path) as file:
        return [msgspec.json.decode(line) for line in file]


@pytest.fixture(scope="session")
def season(tmp_path_factory: pytest.TempPathFactory) -> SeasonFiles:
    """A season of the usual size."""
    return write_season(tmp_path_factory.mktemp("season"), seed=SEED, until=UNTIL)


@pytest.fixture(scope="session")
def events(season: SeasonFiles) -> list[dict[str, Any]]:
    """Its events, in the order of the files."""
    return [event for path in season.paths for event in lines_of(path)]
