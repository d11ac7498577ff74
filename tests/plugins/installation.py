"""A fresh installation of one's own: a scratch folder, and on PostgreSQL a database besides.

For tests that need several processes, kill one, or look at the database file: they run the product
as its users do, in processes of its own, on the engine of this run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from tests import postgres, redis

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Installation:
    """Where it lives, on which engine, and the environment its processes get."""

    folder: Path
    engine: str
    environ: dict[str, str]
    database: str = ""
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def database_file(self) -> Path:
        """Return the embedded database; there is none on PostgreSQL."""
        return self.folder / "laurels.sqlite3"

    def run(self, *arguments: str, check: bool = True, **options: Any) -> Any:
        """Run a `laurels` command to its end; output is caught as text."""
        return self._finish([sys.executable, "-m", "laurels", *arguments], check, options)

    def django(self, *arguments: str, check: bool = True, **options: Any) -> Any:
        """Run a Django management command, such as `migrate`."""
        return self._finish([sys.executable, "-m", "django", *arguments], check, options)

    def python(self, code: str, check: bool = True, **options: Any) -> Any:
        """Run code with Django set up."""
        script = f"import django\ndjango.setup()\n{code}"
        return self._finish([sys.executable, "-c", script], check, options)

    def start(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start a `laurels` command and leave it running; the caller ends it."""
        command = [sys.executable, "-m", "laurels", *arguments]
        return self.launch(command, **options)

    def start_python(self, code: str, **options: Any) -> subprocess.Popen[str]:
        """Start code with Django set up and leave it running; the caller ends it."""
        script = f"import django\ndjango.setup()\n{code}"
        return self.launch([sys.executable, "-c", script], **options)

    def launch(self, command: list[str], **options: Any) -> subprocess.Popen[str]:
        """Start any program in this installation's environment; what is left of it ends with it."""
        defaults = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        environ = self.environ | options.pop("environ", {})
        process: subprocess.Popen[str] = subprocess.Popen(
            command, cwd=ROOT, env=environ, **(defaults | options)
        )
        self.started.append(process)
        return process

    def close(self) -> None:
        """Kill what still runs and close the pipes that nobody read to their end."""
        for process in self.started:
            if process.poll() is None:
                process.kill()
            process.wait()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    pipe.close()

    def _finish(self, command: list[str], check: bool, options: dict[str, Any]) -> Any:
        environ = self.environ | options.pop("environ", {})
        defaults = {"capture_output": True, "text": True, "timeout": 300}
        done = subprocess.run(command, cwd=ROOT, env=environ, **(defaults | options))
        if check and done.returncode:
            raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stderr}")
        return done


@contextmanager
def fresh(folder: Path, engine: str, like: Installation | None = None) -> Iterator[Installation]:
    """Make an installation in `folder` and remove its database afterwards.

    It is empty, or a copy of `like`, which nobody may be using then.
    """
    environ = {n: v for n, v in os.environ.items() if not n.startswith(("LAURELS_", "DJANGO_"))}
    environ |= {
        "DJANGO_SETTINGS_MODULE": "laurels.config.settings",
        "LAURELS_DATA_DIR": str(folder),
    }
    name = "" if engine == "sqlite" else f"laurels_{uuid.uuid4().hex[:12]}"
    if name:
        url = urlunsplit(urlsplit(postgres.url())._replace(path=f"/{name}"))
        environ |= {"LAURELS_DATABASE_URL": url}
        if redis.is_wanted():
            environ |= {"LAURELS_REDIS_URL": redis.url()}
    with closing(Installation(folder, engine, environ, name)) as installation:
        _fill(installation, like)
        try:
            yield installation
        finally:
            installation.close()
            if name:
                _ask(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def renew(installation: Installation, like: Installation) -> None:
    """Make it a copy of another again; nobody may be using either."""
    shutil.rmtree(installation.folder)
    if installation.database:
        _ask(f'DROP DATABASE "{installation.database}" WITH (FORCE)')
    _fill(installation, like)


def _fill(installation: Installation, like: Installation | None) -> None:
    if like is not None:
        shutil.copytree(like.folder, installation.folder)
    if installation.database:
        template = like.database if like is not None else "template0"
        _ask(f'CREATE DATABASE "{installation.database}" TEMPLATE "{template}"')


def _ask(statement: str) -> None:
    import psycopg  # only PostgreSQL's tests need the driver

    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(statement)
