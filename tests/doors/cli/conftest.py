"""The command line in this process, on the database of this run."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings

from laurels import cli
from laurels.kit.clock import ManualClock
from tests.fakes import archive

NOW = archive.NOON + 30 * 86_400
"""A month after the events of the fakes: everything has settled."""


@dataclass(frozen=True, slots=True)
class Ran:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one object on standard output; fails where there is anything else."""
        return json.loads(self.out)


Laurels = Callable[..., Ran]


@pytest.fixture
def clock(settings: LazySettings) -> ManualClock:
    """Return the clock that commands tell the time by."""
    settings.LAURELS_CLOCK = ManualClock(NOW)
    return settings.LAURELS_CLOCK


@pytest.fixture
def laurels(
    db: None, clock: ManualClock, capsys: pytest.CaptureFixture[str], data_dir: Path
) -> Laurels:
    """Return `laurels(…)`: run a command here; Django is set up and migrated already."""

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = cli.main(lambda **_: None, [str(one) for one in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def data_dir(tmp_path: Path, settings: LazySettings) -> Path:
    """Return a data folder of the test's own."""
    folder = tmp_path / "data"
    folder.mkdir()
    settings.LAURELS = settings.LAURELS.model_copy(update={"data_dir": folder})
    return folder


@pytest.fixture
def outside(capsys: pytest.CaptureFixture[str]) -> Laurels:
    """Return `outside(…)`: run a command that must end before it has entered the house."""

    def refuse(**_: bool) -> None:
        raise AssertionError("the command started Django before it refused")

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        code = cli.main(refuse, [str(one) for one in arguments])
        return Ran(code, *capsys.readouterr())

    return run


@pytest.fixture
def season(tmp_path: Path) -> Path:
    """Return a file of one day: two people, two merges reviewed, an issue done, one open."""
    day = archive.NOON
    first = archive.pull_request(1, merged_at=day + 500)
    second = archive.pull_request(3, user=archive.BOB, merged_at=day + 900, additions=300)
    third = archive.pull_request(4, created_at=day + 50)
    done = archive.issue(2, closed_at=day + 700, state_reason="completed")
    return archive.write_events(
        tmp_path / "2023-11-14-22.json.gz",
        [
            archive.pull_request_event("closed", first, archive.BOB, day + 500),
            archive.review_event(first, at=day + 400),
            archive.pull_request_event("closed", second, archive.CAROL, day + 900),
            archive.review_event(second, reviewer=archive.CAROL, at=day + 800, review_id=2),
            archive.pull_request_event("opened", third, at=day + 50),
            archive.issue_event("closed", done, at=day + 700),
        ],
    )


@pytest.fixture
def program(laurels: Laurels, season: Path) -> Laurels:
    """Return `laurels(…)` of a program that has imported the season under `fair`."""
    assert laurels("import", "gharchive", season).code == 0
    return laurels
