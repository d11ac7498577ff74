"""The live demo: a stand-in GitHub and a server of ours that is connected to it.

Every start begins anew, in a folder of its own that is emptied first: the stand-in forgets when it
ends, and what Laurels kept of it would lead nowhere. A folder that holds anything but an earlier
live demo is refused. Nothing leaves this machine.
"""

from __future__ import annotations

import os
import secrets
import shutil
import socket
import threading
import time
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager, suppress
from pathlib import Path

from laurels.cli import house, lock
from laurels.cli.faults import Refusal
from laurels.cli.output import say
from laurels.lab.github.activity import ORGANISER, Activity, Town, settle
from laurels.lab.github.server import StandIn

MARK = "live-demo.txt"
EVERY_SECONDS = 3.0
PAST_DAYS = 40
PAST_STEPS = 240
_HOST = "127.0.0.1"
_GUIDE = """\
Laurels and a stand-in for GitHub, both on this machine. Everybody here is invented, nothing is
sent anywhere else, and everything begins anew at the next start.

  Laurels       {own}/
  The stand-in  {web}/  (its repositories, and each webhook that it sent)

{connected} is connected already: {days} days of its work arrive by webhook now, then something
happens every {every} seconds or so. Points settle when 7 days have passed; before that they show as
pending. What to try:

  1. Sign in at {own}/sign-in/ as {organiser}: she is staff, and
     administers both repositories. There are also {others}.
  2. Merge a pull request of {connected} on the stand-in. In a moment its points show
     on its author's page, which {own}/leaderboard/ leads to.
  3. Make a project at {own}/projects/new/ and register
     {other} in it. It asks for the right to make webhooks, and shows each step.
  4. Invite {guest} on the project's settings page; in a private window, sign in as {guest} and
     accept. The head of every page leads there.
  5. See what arrived, and send it through again, at
     {own}/admin/intake/deliveryprogress/
"""


def play(folder: Path, port: int | None, environ: MutableMapping[str, str]) -> None:
    """Serve both until told to end. Raises Refusal or AlreadyServed for a folder in use."""
    begin(folder)
    own = free_port(port if port is not None else int(environ.get("LAURELS_PORT") or 8000))
    with StandIn() as github:
        town = settle(github.places)
        secret = connect(github, town, own)
        environ.update(wires(github, town, own, secret, folder))
        here = house.start(serving=True)
        _prepare(here, town)
        _tell(github, town, own)
        from laurels.cli.serving import serve_until_told

        with _happening(github, town, own):
            serve_until_told(here, _HOST, own)


def begin(folder: Path) -> None:
    """Make the folder new; only one that an earlier live demo made is emptied."""
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Refusal(f"{folder} holds no live demo; choose another folder with --data-dir.")
        if lock.is_held(folder):
            raise lock.AlreadyServed(f"This demo is being served already, from {folder}.")
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text(
        "A live demo against a stand-in GitHub; the next one empties this folder.\n",
        encoding="utf-8",
    )


def free_port(wanted: int) -> int:
    """Return the port that is wanted, or a free one where it is taken."""
    for port in (wanted, 0):
        with socket.socket() as found:
            found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                found.bind((_HOST, port))
            except OSError:
                continue
            return int(found.getsockname()[1])
    raise Refusal("No port is free on this machine.")


def connect(github: StandIn, town: Town, port: int) -> str:
    """Let the stand-in send one project's events to us; returns the secret they are signed with."""
    secret = secrets.token_hex(20)
    url = f"http://{_HOST}:{port}/webhooks/github"
    github.places.hook(town.connected, url, secret, ["*"], is_pinged=False)
    return secret


def wires(github: StandIn, town: Town, port: int, secret: str, folder: Path) -> dict[str, str]:
    """Return the settings that lead to the stand-in, with an application of ours made there."""
    client_id, client_secret = "Iv1.demo", secrets.token_hex(20)
    own = f"http://{_HOST}:{port}"
    github.world.app_add(client_id, client_secret, callback=own)
    return {
        "LAURELS_DATA_DIR": str(folder.absolute()),
        "LAURELS_PUBLIC_URL": own,
        "LAURELS_GITHUB_WEB_URL": github.web,
        "LAURELS_GITHUB_API_URL": github.api,
        "LAURELS_GITHUB_CLIENT_ID": client_id,
        "LAURELS_GITHUB_CLIENT_SECRET": client_secret,
        "LAURELS_GITHUB_WEBHOOK_SECRET": secret,
        "LAURELS_STAFF": str(town.organiser.id),
        "LAURELS_LOG_LEVEL": os.environ.get("LAURELS_LOG_LEVEL") or "ERROR",
    }


def _prepare(here: house.House, town: Town) -> None:
    from laurels.apps.projects.services import repository_add
    from laurels.cli.demo.measuring import population_load
    from laurels.cli.verbs.init import DEFAULT_PRESET, begin

    begin(here, DEFAULT_PRESET)
    population_load(here, here.now)
    repository_add(
        town.connected.full_name,
        github_id=town.connected.id,
        project_id=None,
        now=here.now,
        acting=here.acting,
    )


def _tell(github: StandIn, town: Town, port: int) -> None:
    own, web = f"http://{_HOST}:{port}", github.web
    others = ", ".join(person.login for person in town.people if person is not town.organiser)
    guest = town.people[1].login
    say(
        _GUIDE.format(
            own=own,
            web=web,
            organiser=ORGANISER,
            others=others,
            guest=guest,
            connected=town.connected.full_name,
            other=town.other.full_name,
            days=PAST_DAYS,
            every=f"{EVERY_SECONDS:.0f}",
        )
    )


@contextmanager
def _happening(github: StandIn, town: Town, port: int) -> Iterator[None]:
    activity = Activity(github.acts, town)

    def happen() -> None:
        if _listens(port):
            activity.past(PAST_DAYS, PAST_STEPS)
            activity.run(EVERY_SECONDS)

    thread = threading.Thread(target=happen, name="activity", daemon=True)
    thread.start()
    try:
        yield
    finally:
        activity.end()
        thread.join(5)


def _listens(port: int) -> bool:
    """Wait until our own door is open; False where it does not open in a minute."""
    for _ in range(600):
        with suppress(OSError), socket.create_connection((_HOST, port), 1):
            return True
        time.sleep(0.1)
    return False


def leave_elsewhere(environ: MutableMapping[str, str] | None = None) -> None:
    """Take settings of another installation out of the environment."""
    environ = os.environ if environ is None else environ
    for name in [name for name in environ if name.startswith("LAURELS_") and name not in _KEPT]:
        del environ[name]


_KEPT = ("LAURELS_PORT", "LAURELS_LOG_LEVEL", "LAURELS_LOG_FORMAT")
