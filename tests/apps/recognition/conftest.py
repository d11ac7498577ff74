"""A small simulated season, imported through the real door."""

from __future__ import annotations

from pathlib import Path

import pytest

from laurels.lab.season import SeasonFiles, write_season

UNTIL = 1_760_000_000


@pytest.fixture(scope="session")
def season_files(tmp_path_factory: pytest.TempPathFactory) -> SeasonFiles:
    """Write the season once a session."""
    folder: Path = tmp_path_factory.mktemp("season")
    return write_season(folder, seed=11, until=UNTIL, people=14, weeks=5)
