"""A real browser, the Chromium that `make test` found or installed, and a program to look at."""

from __future__ import annotations

import json
import os
import shutil
import socket
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.plugins import installation as installations

# A browser's driver keeps a loop running in the main thread, also while tests that come after it in
# the same process use the database. Django would take that for asynchronous code and refuse.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It speaks to nobody but the page: without these it looks up its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
BUILD = """
import json, sys, time
from pathlib import Path
from laurels.apps.audit.actors import operator
from laurels.apps.audit.services_staff import staff_link_make
from laurels.apps.people.models import Contributor
from laurels.apps.recognition.models import Certificate
from laurels.apps.recognition.services import certificate_revoke
from laurels.kit.clock import ManualClock
from tests.browser.managing import manage
from tests.doors.web.conftest import build
from tests.doors.web.measuring import actor_of, handed, measured, population
from tests.fakes.nodes import pull_node

now = int(time.time())
world = build(Path({folder!r}), ManualClock(now))
revoked = Certificate.objects.exclude(recipient_id=world.top_pk).order_by("number")[0].number
certificate_revoke(revoked, reason="the work was copied", now=now, acting=operator())
member = Contributor.objects.exclude(pk=world.top_pk).filter(certificates__isnull=False)[0]
member.claimed_at = now
member.save()
tokens = [staff_link_make(now=now, acting=operator()) for _ in range(3)]
population(now)
for ago, merged in ((60, 8), (30, 24), (0, 38)):
    measured(member, now - ago * 86_400, merged=merged)
some = Contributor.objects.exclude(pk__in=(world.top_pk, member.pk))
partly = some.filter(certificates__isnull=False)[0]
partly.claimed_at = now
partly.save()
measured(partly, now, merged=5, dropped=0, reviews=None, issues=None, days=30)
pulls = [pull_node(at, actor_of(member), now, state=state)
         for at, state in enumerate(("MERGED",) * 20 + ("CLOSED", "OPEN"), 1)]
handed(member, pulls, now)
session = manage(world.project, member, now)
print(json.dumps(dict(
    session=session,
    top=world.top, member=member.login, partly=partly.login, revoked=revoked,
    certificate=world.certificate,
    project=world.project, tokens=tokens,
)))
"""
SERVE = """
from laurels.cli.server import Server, config, listen
from laurels.config.asgi import application
Server(config(application)).run(listen("127.0.0.1", {port}))
"""


def chromium() -> str | None:
    """Return the path of a Chromium on this machine."""
    given = os.environ.get("LAURELS_TEST_CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own Chromium instead of one that would have to be downloaded."""
    path = chromium()
    if path is None:
        pytest.skip("no-chromium: none on this machine, and none could be installed")
    return {**browser_type_launch_args, "executable_path": path, "args": QUIET}


@dataclass(frozen=True)
class Site:
    """A program that is served: where, and what there is to look at."""

    url: str
    names: dict[str, Any]


@pytest.fixture(scope="session")
def site(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """Serve a small season from a process of its own, as its users do."""
    folder: Path = tmp_path_factory.mktemp("site")
    with installations.fresh(folder / "data", "sqlite") as home:
        home.environ["LAURELS_PROGRAM_NAME"] = "Harbour Commons"
        home.environ["LAURELS_GITHUB_CLIENT_ID"] = "Iv1.test"
        home.environ["LAURELS_GITHUB_CLIENT_SECRET"] = "s" * 40
        home.django("migrate", "--verbosity", "0")
        told = home.python(BUILD.format(folder=str(folder / "season"))).stdout
        names = json.loads(told.splitlines()[-1])
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        process = home.start_python(SERVE.format(port=port))
        try:
            _wait_for(f"http://127.0.0.1:{port}/readyz")
            yield Site(f"http://127.0.0.1:{port}", names)
        finally:
            process.terminate()
            process.communicate(timeout=30)


def _wait_for(address: str) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"{address} does not answer")
