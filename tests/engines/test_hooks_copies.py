"""Copies of deliveries through two processes with sixteen senders each, all at once."""

from __future__ import annotations

import subprocess
from pathlib import Path

from tests.engines.hooks_places import Begun, answer_of, probe, start_probe
from tests.engines.hooks_sender import posts
from tests.engines.processes import place

PROCESSES, THREADS = 2, 16
PULL_REQUESTS = 16
SAME = ("ok", "active_items", "sha256", "boards", "recount_faults")


def test_door_when_copies_come_at_once_then_each_is_stored_and_scored_once(
    tmp_path: Path, engine: str, begun: Begun
) -> None:
    guids = [post.guid for post in posts(PULL_REQUESTS)]
    with place(engine, tmp_path / "calm", begun(engine)) as calm:
        expected = probe(calm, "calm", PULL_REQUESTS)
    with place(engine, tmp_path / "crowded", begun(engine)) as crowded:
        crowds = [
            start_probe(crowded, "copies", PULL_REQUESTS, THREADS, stdin=subprocess.PIPE)
            for _ in range(PROCESSES)
        ]
        for crowd in crowds:
            assert crowd.stdout.readline() == "ready\n"
        for crowd in crowds:
            crowd.stdin.write("go\n")
            crowd.stdin.flush()
        done = [answer_of(crowd) for crowd in crowds]
        left = probe(crowded, "stored")
    # Two hooks with one GUID are two deliveries, and so is one fact under a new GUID.
    again = [f"{guid}-again" for guid in guids[20:40]]
    assert left["guids"] == sorted([*guids, *guids[:20], *again])
    for one in done:
        assert set(one["answers"]) == {202}
        assert len(one["answers"]) == THREADS * len(left["guids"])
        assert one["other_body"] == 409
    assert left["faulty"] == 0
    assert left["alarms"] == [[guids[0], "other_body"]]
    counts = left["counts"]
    assert counts["received"] == counts["processed"] == len(left["guids"])
    assert expected["state"]["active_items"] > 10
    assert [left["state"][name] for name in SAME] == [expected["state"][name] for name in SAME]
