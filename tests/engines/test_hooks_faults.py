"""The door while its database is locked, full or away: 5xx, never 202 without a row, then well."""

from __future__ import annotations

import json
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from laurels.hooks import inbox
from tests import postgres
from tests.engines.hooks_places import Begun, probe, start_probe
from tests.engines.processes import Place, place

GIVEN_UP_SECONDS = 9
"""GitHub gives up after ten."""
_MOST_KNOCKS = 60


class Doorman:
    """A process with a door, told when to knock at it; keeps what was answered."""

    def __init__(self, here: Place) -> None:
        self._process = start_probe(
            here, "doorman", stdin=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        self.taken: list[str] = []

    def knock(self, times: int) -> set[int]:
        """Send so many new deliveries one after another; return the answers there were."""
        self.say(f"knock {times}")
        answers: dict[str, int] = json.loads(self._process.stdout.readline())
        self.taken += [guid for guid, status in answers.items() if status == 202]
        return set(answers.values())

    def knock_until_taken(self) -> None:
        """Send new deliveries until one is stored; after trouble that may take a moment."""
        for _ in range(_MOST_KNOCKS):
            if self.knock(1) == {202}:
                return
            time.sleep(0.2)
        raise AssertionError("the door does not recover")

    def say(self, line: str) -> None:
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def end(self) -> None:
        self._process.communicate()


@contextmanager
def locked(here: Place) -> Iterator[None]:
    """Hold what the door needs, as another process that writes."""
    if here.installation.engine == "sqlite":
        with closing(sqlite3.connect(here.installation.database_file)) as writer:
            writer.execute("BEGIN IMMEDIATE")
            yield
            writer.rollback()
        return
    with connected(here) as writer, writer.transaction():
        writer.execute("LOCK TABLE intake_delivery IN SHARE MODE")
        yield


@contextmanager
def full(here: Place, doorman: Doorman) -> Iterator[None]:
    """Let nothing more be written: no file may grow, or the server says what it says then."""
    if here.installation.engine == "sqlite":
        doorman.say("limit 4096")
        yield
        doorman.say("limit -1")
        return
    with connected(here) as server:
        server.execute(
            "CREATE FUNCTION no_space() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION"
            " 'could not extend file: No space left on device' USING ERRCODE = 'disk_full';"
            " END $$ LANGUAGE plpgsql"
        )
        server.execute(
            "CREATE TRIGGER no_space BEFORE INSERT ON intake_deliverybody"
            " FOR EACH STATEMENT EXECUTE FUNCTION no_space()"
        )
        yield
        server.execute("DROP TRIGGER no_space ON intake_deliverybody")


@contextmanager
def away(here: Place) -> Iterator[None]:
    """End the server's connections and let it take none, as while it is started again."""
    name = here.installation.database
    with connected(here, "postgres") as server:
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name]
        )
        yield
        server.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')


def connected(here: Place, database: str = "") -> Any:
    """Connect to PostgreSQL beside the program."""
    import psycopg

    name = database or here.installation.database
    return psycopg.connect(postgres.url(), dbname=name, autocommit=True)


def test_door_when_its_database_is_locked_full_or_away_then_5xx_and_by_itself_well_again(
    tmp_path: Path, engine: str, begun: Begun
) -> None:
    with place(engine, tmp_path / "place", begun(engine)) as here:
        doorman = Doorman(here)
        doorman.knock_until_taken()
        with locked(here):
            assert doorman.knock(2) == {503}
        doorman.knock_until_taken()
        with full(here, doorman):
            assert doorman.knock(3) == {503}
        doorman.knock_until_taken()
        if engine == "postgres":  # an embedded database is a file of the same host
            with away(here):
                assert doorman.knock(3) == {503}
            doorman.knock_until_taken()
        doorman.end()
        left = probe(here, "stored")
    # Every 202 has its row; what was refused may have one, once.
    assert not set(doorman.taken) - set(left["guids"])
    assert len(left["guids"]) == len(set(left["guids"]))
    assert left["faulty"] == 0


def test_door_when_its_times_are_added_up_then_below_what_github_waits() -> None:
    assert inbox.LOOK_SECONDS + inbox.STORE_SECONDS < GIVEN_UP_SECONDS
    assert inbox._LOCK_MILLISECONDS / 1_000 < inbox.STORE_SECONDS
