"""A page that hangs while the process is told to end."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

import pytest

from tests.doors.cli.test_serve import address_of, ended, status, until
from tests.plugins.installation import Installation

GRACE = 1.0
# Views that hang, in a program whose grace is small.
HANGING = f"""
import sys, time
from django.urls import path
from laurels import cli
from laurels.cli import server
from laurels.config import boot
server.GRACE_SECONDS = {GRACE}
def setup(**options):
    boot.setup(**options)
    from laurels.config import urls
    from laurels.web import actions
    urls.urlpatterns.insert(0, path("hang", hang, name="hang"))
    actions.PROGRAM["hang"] = "program:read"
def hang(request):
    print("hanging", file=sys.stderr, flush=True)
    time.sleep(3600)
sys.exit(cli.main(setup, ["serve", "--port", "0"]))
"""


def asked_in_vain(address: str, told: list[str]) -> None:
    try:
        urllib.request.urlopen(f"{address}hang?code=secret")
    except (urllib.error.URLError, ConnectionError) as error:
        told.append(str(error))


@pytest.mark.parametrize("threads", [1, 0])
def test_serve_when_a_page_hangs_then_ends_with_the_grace_naming_it(
    installation: Installation, threads: int
) -> None:
    environ = {"LAURELS_WORKER_THREADS": str(threads)}
    process = installation.launch([sys.executable, "-c", HANGING], environ=environ)
    address = address_of(process)
    told: list[str] = []
    asking = threading.Thread(target=asked_in_vain, args=(address, told))
    asking.start()
    wait_for_line(process, "hanging")
    assert status(f"{address}livez") == 200
    begun = time.monotonic()
    code, said = ended(process)
    assert time.monotonic() - begun >= GRACE
    until(lambda: not asking.is_alive())
    assert code == 1
    assert len(told) == 1
    named = re.findall(r"^Ended without an answer to 1 request: GET /hang \(\d+ s\)\.$", said, re.M)
    assert len(named) == 1, said
    assert "Traceback" not in said
    # Nothing of it stays behind: the next one serves the same folder.
    again = installation.start("serve", "--port", "0")
    assert status(f"{address_of(again)}readyz") == 200
    assert ended(again)[0] == 0


def wait_for_line(process: subprocess.Popen[str], wanted: str) -> None:
    assert process.stderr is not None
    while wanted not in (line := process.stderr.readline()):
        assert line, "it ended"
