"""Workers of the distributed mode, in processes of their own on PostgreSQL and Redis."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.engines.cluster import PATIENCE_SECONDS, cluster, until
from tests.engines.hooks_sender import Post, Sender, posts
from tests.engines.processes import place


def sent_all(address: str, load: list[Post]) -> None:
    """Send from twelve threads until each copy was answered 202."""
    sender = Sender(list(load), address)
    sender.start(12)
    assert sender.finish(PATIENCE_SECONDS)
    assert sorted(sender.answered) == sorted(post.guid for post in load)


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
