"""kill -9 while facts are read and while people are settled; then the same command again."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.engines.processes import kill, place

ROUNDS = 20
DAY = "kubernetes-2017/2017-07-25.json.gz"


SAME = ("ok", "active_items", "sha256", "boards", "recount_faults")


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_import_killed_at_any_moment_when_run_again_ends_like_an_undisturbed_one(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    file = shared_data / DAY
    draw = random.Random(engine)
    with place(engine, tmp_path / "fresh") as fresh:
        fresh.run("begin", "fair")
        with place(engine, tmp_path / "calm", fresh) as calm:
            process = calm.start("import", file)
            started = time.monotonic()
            calm.finish(process)
            lasts = time.monotonic() - started
            expected = calm.run("state")
        assert expected["ok"], expected
        assert expected["active_items"] > 100
        killed = turn = 0
        while killed < ROUNDS:
            with place(engine, tmp_path / str(turn), fresh) as rough:
                victim = rough.start("import", file)
                time.sleep(delay := draw.uniform(0, lasts))
                if kill(victim):
                    killed += 1
                else:  # the calm run was held up by other work: an import is over sooner than that
                    lasts = delay
                left = rough.run("import_state", file)
                assert [left[name] for name in SAME] == [expected[name] for name in SAME], turn
            turn += 1
            assert turn < 4 * ROUNDS, "most kills came too late"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_settle_killed_at_any_moment_leaves_a_whole_ledger_and_true_counts(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    draw = random.Random(engine)
    with place(engine, tmp_path) as rough:
        rough.run("begin", "nest")
        expected = rough.run("import_state", shared_data / DAY)
        for _ in range(ROUNDS):
            victim = rough.start("churn", "1", "1000")
            time.sleep(draw.uniform(0.05, 0.6))
            assert kill(victim)
            left = rough.run("state")
            assert left["ok"], left
            assert left["recount_faults"] == []
        left = rough.run("restore_state")
        assert left["entries"] > expected["entries"]
        assert [left[name] for name in SAME] == [expected[name] for name in SAME]
