"""kill -9 while facts are read and while people are settled; then the same command again."""

from __future__ import annotations

import random
import signal
import time
from pathlib import Path

import pytest

from tests.engines.processes import place

ROUNDS = 20
DAY = "kubernetes-2017/2017-07-25.json.gz"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_import_killed_at_any_moment_when_run_again_ends_like_an_undisturbed_one(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    file = shared_data / DAY
    draw = random.Random(engine)
    with place(engine, tmp_path / "calm") as calm:
        calm.run("begin", "fair")
        started = time.monotonic()
        calm.run("import", file)
        lasts = time.monotonic() - started
        expected = calm.run("state")
    assert expected["ok"], expected
    assert expected["active_items"] > 200
    killed = 0
    for turn in range(ROUNDS):
        with place(engine, tmp_path / str(turn)) as rough:
            rough.run("begin", "fair")
            victim = rough.start("import", file)
            time.sleep(draw.uniform(0, lasts))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            killed += victim.returncode == -signal.SIGKILL
            rough.run("import", file)
            left = rough.run("state")
            for name in ("ok", "active_items", "sha256", "boards", "recount_faults"):
                assert left[name] == expected[name], (turn, name)
    assert killed >= ROUNDS // 2, "most kills came too late to matter"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_settle_killed_at_any_moment_leaves_all_or_nothing_of_each_group(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    draw = random.Random(engine)
    with place(engine, tmp_path) as rough:
        rough.run("begin", "nest")
        rough.run("import", shared_data / DAY)
        expected = rough.run("state")
        for _ in range(ROUNDS):
            victim = rough.start("churn", "1", "1000")
            time.sleep(draw.uniform(0.05, 0.6))
            victim.send_signal(signal.SIGKILL)
            victim.wait()
            assert victim.returncode == -signal.SIGKILL
            left = rough.run("state")
            assert left["ok"], left
            assert left["recount_faults"] == []
        rough.run("restore")
        left = rough.run("state")
        for name in ("ok", "active_items", "sha256", "recount_faults"):
            assert left[name] == expected[name], name
