"""Several processes, with PostgreSQL and Redis: the ledger of one process, whatever breaks."""

from __future__ import annotations

import json
import os
import random
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import redis

from tests.engines.cluster import PATIENCE_SECONDS, Cluster, begin, cluster, serve, until
from tests.engines.hooks_sender import Post, Sender, posts
from tests.engines.processes import place

SAME = ("ok", "active_items", "sha256", "boards", "recount_faults")
PULL_REQUESTS = 360
INBOX_KEY = "laurels:inbox"
GUIDS = """
from laurels.apps import sql
import json
print(json.dumps(sorted(row[0] for row in sql.fetch("SELECT guid FROM intake_delivery"))))
"""
# As if the time had passed that a dead worker's claim is kept for.
LEASES_RUN_OUT = """
from laurels.apps import sql
sql.execute("UPDATE intake_deliveryprogress SET lease_until = 1 WHERE lease_until > 0")
"""
PERMIT = """
from django.conf import settings
from laurels.adapters.github.client.shared import StateAway
from laurels.config import wiring
try:
    print(wiring._shared_state(settings.LAURELS).permit_take("k", most=2, until=9, now=1))
except StateAway:
    print("refused")
"""


def embedded_state(folder: Path, load: list[Post]) -> dict[str, Any]:
    """Return what one process with SQLite makes of these deliveries, sent one by one each."""
    with place("sqlite", folder) as calm:
        begin(calm)
        process, address = serve(calm.installation)
        sent_all(address, load)
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE_SECONDS)
        calm.installation.run("jobs", "drain", "--timeout", "200")
        found: dict[str, Any] = calm.run("state")
        return found


def sent_all(address: str, load: list[Post]) -> None:
    """Send from twelve threads until each copy was answered 202."""
    sender = Sender(list(load), address)
    sender.start(12)
    assert sender.finish(PATIENCE_SECONDS)
    assert sorted(sender.answered) == sorted(post.guid for post in load)


def copied(load: list[Post]) -> list[Post]:
    """Return each delivery one to three times, in drawn order: copies are sent at once."""
    draw = random.Random(3)
    found = [post for post in load for _ in range(draw.randint(1, 3))]
    draw.shuffle(found)
    return found


def double_every_hint(here: Cluster) -> int:
    """Put a copy of each hint that waits beside it; return how many wait then."""
    with redis.Redis.from_url(here.redis.url) as connection:
        for hint in connection.lrange(INBOX_KEY, 0, -1):
            connection.rpush(INBOX_KEY, hint)
        waiting: int = connection.llen(INBOX_KEY)
    return waiting


def drained(here: Cluster) -> float:
    return until(lambda: here.pending() == 0)


def doctor(here: Cluster) -> dict[str, str]:
    ran = here.place.installation.run("doctor", "--json", check=False)
    return {row["id"]: row["state"] for row in json.loads(ran.stdout)["checks"]}


def ready(address: str, query: str = "") -> str:
    try:
        answer = urllib.request.urlopen(f"{address}/readyz{query}", timeout=PATIENCE_SECONDS)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        text: str = answer.read().decode()
    return text


def ready_lines(address: str) -> dict[str, str]:
    """Return the deep look, part by part."""
    return dict(line.split(": ", 1) for line in ready(address, "?deep=1").splitlines())


def test_processes_when_hints_are_doubled_lost_and_workers_killed_then_the_embedded_ledger(
    tmp_path: Path,
) -> None:
    load = posts(PULL_REQUESTS)
    expected = embedded_state(tmp_path / "calm", load)
    assert expected["ok"], expected
    third = len(load) // 3
    with cluster(tmp_path / "rough") as here:
        web, address = here.web()
        # Nobody works yet: every hint is still there, and is doubled.
        sent_all(address, copied(load[:third]))
        assert double_every_hint(here) >= 2
        workers = [here.worker("--processes", "1"), here.worker("--processes", "1")]
        beat = here.beat()
        drained(here)
        assert ready(address) == "ok\n"
        until(lambda: ready_lines(address)["workers"] == "ok")
        assert doctor(here)["D19"] == "ok"
        assert set(ready_lines(address).values()) == {"ok"}
        # Redis forgets everything, and a worker is killed, while deliveries come in.
        sender = Sender(copied(load[third : 2 * third]), address)
        sender.start(12)
        until(lambda: len(sender.answered) > 50)
        here.redis.flush()
        here.end(workers[0], signal.SIGKILL)
        assert sender.finish(PATIENCE_SECONDS)
        # Redis is gone: the door goes on, nobody hears of it, and nothing is asked of GitHub.
        assert here.end(workers[1]) == 0
        here.redis.kill()
        sent_all(address, copied(load[2 * third :]))
        assert "Redis does not answer" in ready(address)
        assert here.place.installation.python(PERMIT).stdout == "refused\n"
        assert doctor(here)["D18"] == "failed"
        assert here.pending() >= third
        here.place.installation.python(LEASES_RUN_OUT)
        worker = here.launch(["worker", "--processes", "1"])  # it begins while Redis is away
        here.redis.start()
        waited = drained(here)
        print(f"worked {waited:.1f} s after Redis was back")  # noqa: T201
        assert [here.end(one) for one in (beat, worker, web)] == [0, 0, 0]
        counts, found = here.counts(), here.place.run("state")
        stored = json.loads(here.place.installation.python(GUIDS).stdout)
    assert stored == sorted(post.guid for post in load)
    assert (counts["received"], counts["processed"]) == (len(load), len(load))
    assert [found[name] for name in SAME] == [expected[name] for name in SAME]


def test_worker_when_told_to_end_then_what_it_began_is_done_and_the_rest_waits(
    tmp_path: Path,
) -> None:
    load = posts(60)
    with cluster(tmp_path) as here:
        _, address = here.web()
        sent_all(address, load)
        worker = here.worker("--queue", "inbox", "--processes", "1")
        until(lambda: here.pending() < len(load))
        assert here.end(worker) == 0
        counts = here.counts()
        assert counts["processed"] + counts["pending"] == len(load)
        assert counts["failed"] == counts["dead"] == 0


def children_of(number: int) -> list[int]:
    """Return the processes that one started and that serve: not what multiprocessing keeps."""
    told = Path(f"/proc/{number}/task/{number}/children").read_text().split()
    return [
        int(child) for child in told if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def test_web_when_its_processes_are_renewed_and_killed_under_load_then_every_202_is_stored(
    tmp_path: Path,
) -> None:
    load = posts(PULL_REQUESTS)
    half = len(load) // 2
    with cluster(tmp_path) as here:
        web, address = here.web()
        until(lambda: ready(address).startswith("ok"))
        first = children_of(web.pid)
        # Enough copies that somebody sends all the time.
        steady = Sender(load[:half] * 40, address, pause=0.02)
        steady.start(8)
        steady.wait_for_answers(20)
        web.send_signal(signal.SIGHUP)
        until(lambda: not set(first) & set(children_of(web.pid)))
        assert steady.waiting, "the renewal came too late to matter"
        # Renewing refuses nobody and breaks no line.
        steady.stop()
        assert (steady.refused, steady.broken) == ([], 0)
        answered = set(steady.answered)
        for part, number in enumerate(children_of(web.pid)):
            hasty = Sender(load[half + part :: 2], address)
            hasty.start(8)
            hasty.wait_for_answers(20)
            os.kill(number, signal.SIGKILL)
            assert hasty.waiting, "the kill came too late to matter"
            until(lambda number=number: number not in children_of(web.pid))
            assert hasty.finish(PATIENCE_SECONDS)
            answered |= set(hasty.answered)
            until(lambda: len(children_of(web.pid)) == 2)
        assert here.end(web) == 0
        stored = json.loads(here.place.installation.python(GUIDS).stdout)
    assert answered >= {post.guid for post in load[half:]}
    assert sorted(answered) == stored


def test_web_when_its_first_process_is_killed_then_the_others_end_too(tmp_path: Path) -> None:
    with cluster(tmp_path / "here") as here:
        web, address = here.web()
        assert ready(address).startswith("ok")
        web.kill()
        parts = urlsplit(address)

        def is_free() -> bool:
            with closing(socket.socket()) as probe:
                return probe.connect_ex((parts.hostname, parts.port)) != 0

        until(is_free)


def test_commands_when_not_distributed_then_refused_with_what_to_set(tmp_path: Path) -> None:
    with place("sqlite", tmp_path) as here:
        for command in ("worker", "beat"):
            ran: subprocess.CompletedProcess[str] = here.installation.run(command, check=False)
            assert (ran.returncode, ran.stdout) == (2, "")
            assert "LAURELS_DATABASE_URL (PostgreSQL) and LAURELS_REDIS_URL" in ran.stderr
        half = {"LAURELS_REDIS_URL": "redis://127.0.0.1:1/0"}
        ran = here.installation.run("serve", check=False, environ=half)
        assert ran.returncode == 2
        assert "the embedded database has one process" in ran.stderr
