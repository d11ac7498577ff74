"""kill -9 while facts are read and while people are settled; then the same command again."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest

from tests.engines.processes import Host, place
from tests.plugins.installation import renew

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
            host = Host(calm)
            started = time.monotonic()
            host.run("import", file)
            lasts = time.monotonic() - started
            expected = host.run("state")
        assert expected["ok"], expected
        assert expected["active_items"] > 100
        with place(engine, tmp_path / "rough", fresh) as rough:
            host = Host(rough)
            killed = turn = 0
            while killed < ROUNDS:
                renew(rough.installation, fresh.installation)
                victim = host.start("import", file)
                time.sleep(delay := draw.uniform(0, lasts))
                if host.kill(victim):
                    killed += 1
                else:  # the calm run was held up by other work: an import is over sooner than that
                    lasts = delay
                left = host.run("import_state", file)
                assert [left[name] for name in SAME] == [expected[name] for name in SAME], turn
                turn += 1
                assert turn < 4 * ROUNDS, "most kills came too late"


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_settle_killed_at_any_moment_leaves_a_whole_ledger_and_true_counts(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    draw = random.Random(engine)
    with place(engine, tmp_path / "place") as rough:
        host = Host(rough)
        host.run("begin", "nest")
        expected = host.run("import_state", shared_data / DAY)
        for _ in range(ROUNDS):
            victim = host.start("churn", "1", "1000")
            time.sleep(draw.uniform(0.05, 0.6))
            assert host.kill(victim)
            left = host.run("state")
            assert left["ok"], left
            assert left["recount_faults"] == []
        left = host.run("restore_state")
        assert left["entries"] > expected["entries"]
        assert [left[name] for name in SAME] == [expected[name] for name in SAME]
