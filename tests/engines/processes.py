"""Processes of our own program on a database of their own, and how to kill them."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests import postgres

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True)
class Place:
    """A database of its own, by the environment that leads processes to it."""

    environment: dict[str, str]
    folder: Path
    database: str

    def start(self, verb: str, *arguments: str | Path) -> subprocess.Popen[str]:
        """Start a verb of `drive` and return once its work begins."""
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.engines.drive", verb, *map(str, arguments)],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise AssertionError(process.communicate()[1])
        return process

    def run(self, verb: str, *arguments: str | Path) -> Any:
        """Run a verb to its end and return its answer."""
        return self.finish(self.start(verb, *arguments))

    @staticmethod
    def finish(process: subprocess.Popen[str]) -> Any:
        """Wait for a started verb and return its answer."""
        out, err = process.communicate(timeout=300)
        assert process.returncode == 0, err
        return json.loads(out.strip().splitlines()[-1])


@contextmanager
def place(engine: str, folder: Path, like: Place | None = None) -> Iterator[Place]:
    """Make a place on an engine: a folder, or a database on the run's server.

    It is empty, or a copy of `like`, which nobody may be using then.
    """
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LAURELS_")
    }
    environment["DJANGO_SETTINGS_MODULE"] = "laurels.config.settings"
    environment["LAURELS_DATA_DIR"] = str(folder)
    if engine == "sqlite":
        if like is not None:
            shutil.copytree(like.folder, folder)
        yield Place(environment, folder, "")
        return
    import psycopg

    name = f"laurels_{secrets.token_hex(6)}"
    template = like.database if like is not None else "template0"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")  # type: ignore[call-overload]
    environment["LAURELS_DATABASE_URL"] = postgres.url().replace("/postgres?", f"/{name}?")
    try:
        yield Place(environment, folder, name)
    finally:
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]
