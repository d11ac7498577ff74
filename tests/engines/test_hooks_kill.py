"""kill -9 of the serving process under load: what was answered 202 is there, once, with effects."""

from __future__ import annotations

import json
import random
import re
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.engines.hooks_sender import REPOSITORY, SECRET, Sender, posts, send
from tests.engines.processes import Place, place

ROUNDS = 20
PATIENCE_SECONDS = 120
ENVIRON = {"LAURELS_GITHUB_WEBHOOK_SECRET": f"a-secret-before,{SECRET.decode()}"}
SAME = ("ok", "active_items", "sha256", "boards", "recount_faults")
GUIDS = """
from laurels.apps import sql
import json
print(json.dumps(sorted(row[0] for row in sql.fetch("SELECT guid FROM intake_delivery"))))
"""
BODILESS = """
from laurels.apps import sql
print(sql.fetch(
    "SELECT COUNT(*) FROM intake_delivery d WHERE NOT EXISTS"
    " (SELECT 1 FROM intake_deliverybody b WHERE b.delivery_id = d.id)"
    " OR NOT EXISTS (SELECT 1 FROM intake_deliveryprogress p WHERE p.delivery_id = d.id)"
)[0][0])
"""


def begin(here: Place) -> None:
    """Begin a program with one repository."""
    here.installation.run("init", "--ruleset", "fair")
    here.installation.run(
        "repository", "add", REPOSITORY["full_name"], "--github-id", str(REPOSITORY["id"]),
        "--no-hook",
    )  # fmt: skip


def serve(here: Place) -> tuple[subprocess.Popen[str], str]:
    """Serve on a free port; return the process and its address."""
    process = here.installation.start(
        "serve", "--port", "0", environ=ENVIRON, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    match = re.search(r"Laurels serves (http://\S+)/", line)
    assert match, (line, process.poll())
    return process, match.group(1)


def end(process: subprocess.Popen[str], number: int) -> None:
    process.send_signal(number)
    process.communicate(timeout=PATIENCE_SECONDS)


def counts(here: Place) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(
        here.installation.run("deliveries", "list", "--limit", "1", "--json").stdout
    )
    return found


def drained(here: Place) -> dict[str, Any]:
    """Have all work done by a process of its own and return how the deliveries stand."""
    here.installation.run("jobs", "drain", "--timeout", "200")
    return counts(here)


def test_serving_process_killed_under_load_then_every_202_is_stored_once_with_its_effects(
    tmp_path: Path, engine: str
) -> None:
    draw = random.Random(engine)
    load = posts(700)
    with place(engine, tmp_path / "fresh") as fresh:
        begin(fresh)
        with place(engine, tmp_path / "calm", fresh) as calm:
            process, address = serve(calm)
            undisturbed = Sender(list(load), address)
            undisturbed.start(12)
            assert undisturbed.finish(PATIENCE_SECONDS)
            end(process, signal.SIGTERM)
            assert drained(calm)["processed"] == len(load)
            expected = calm.run("state")
        assert expected["ok"], expected
        assert expected["active_items"] > 100
        with place(engine, tmp_path / "rough", fresh) as rough:
            sender = Sender(list(load))
            killed = 0
            waits = []
            for turn in range(ROUNDS):
                begun = time.monotonic()
                process, address = serve(rough)
                sender.aim(address)
                if turn == 0:
                    sender.start(12)
                while sender.waiting and sender.first_at is None:
                    time.sleep(0.005)
                if sender.first_at is not None:
                    waits.append(sender.first_at - begun)
                time.sleep(draw.uniform(0, 0.35))
                killed += bool(sender.waiting)
                end(process, signal.SIGKILL)
            process, address = serve(rough)
            sender.aim(address)
            assert sender.finish(PATIENCE_SECONDS)
            end(process, signal.SIGKILL)
            left = drained(rough)
            stored = json.loads(rough.installation.python(GUIDS).stdout)
            assert stored == [post.guid for post in load]
            assert sorted(sender.answered) == stored
            assert rough.installation.python(BODILESS).stdout == "0\n"
            assert (left["received"], left["processed"], left["pending"]) == (
                len(load), len(load), 0,
            )  # fmt: skip
            found = rough.run("state")
            assert [found[name] for name in SAME] == [expected[name] for name in SAME]
    print(f"{engine}: killed {killed}, first 202 after", [round(one, 2) for one in waits])  # noqa: T201
    assert killed >= ROUNDS // 2, "most kills came too late to matter"


def test_door_when_a_delivery_was_stored_and_never_worked_then_a_later_process_works_it(
    tmp_path: Path, engine: str
) -> None:
    load = posts(2)
    with place(engine, tmp_path) as here:
        begin(here)
        silent = ENVIRON | {"LAURELS_WORKER_THREADS": "0"}
        process = here.installation.start(
            "serve", "--port", "0", environ=silent, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        address = process.stdout.readline().split()[2].rstrip("/")
        assert [send(address, post) for post in load] == [202] * len(load)
        assert counts(here)["pending"] == len(load)
        end(process, signal.SIGKILL)
        assert drained(here)["processed"] == len(load)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_door_when_asked_to_end_then_what_was_answered_is_stored(
    tmp_path: Path, engine: str, number: signal.Signals
) -> None:
    load = posts(100)
    with place(engine, tmp_path) as here:
        begin(here)
        process, address = serve(here)
        sender = Sender(list(load), address)
        sender.start(8)
        while len(sender.answered) < 30:
            time.sleep(0.005)
        end(process, number)
        sender._stop = True
        for thread in sender._threads:
            thread.join()
        stored = json.loads(here.installation.python(GUIDS).stdout)
        assert set(sender.answered) <= set(stored)
        assert len(stored) == len(set(stored))
