"""Several processes at once on the same people."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engines.processes import place

DAY = "kubernetes-2017/2017-07-24.json.gz"


@pytest.mark.parametrize(("engine", "rounds"), [("postgres", 50), ("sqlite", 10)])
def test_four_processes_settling_the_same_people_end_like_one(
    shared_data: Path, tmp_path: Path, engine: str, rounds: int
) -> None:
    with place(engine, tmp_path) as shared:
        shared.run("begin", "nest")
        expected = shared.run("import_state", shared_data / DAY)
        crowd = [shared.start("churn", str(seed), str(rounds)) for seed in range(4)]
        for process in crowd:
            shared.finish(process)  # a deadlock would end one of them with an error
        left = shared.run("state")
    assert left["ok"], left["first_bad"]
    assert left["recount_faults"] == []
    assert left["entries"] > expected["entries"]
    assert (left["active_items"], left["sha256"]) == (
        expected["active_items"], expected["sha256"],
    )  # fmt: skip


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_two_processes_issuing_the_same_certificates_end_with_one_each(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    with place(engine, tmp_path) as shared:
        shared.run("begin", "fair")
        shared.run("import", shared_data / DAY)
        pair = [shared.start("issue") for _ in range(2)]
        issued = sum(shared.finish(process)["issued"] for process in pair)
        left = shared.run("state")
    assert issued == left["certificates"] > 0


@pytest.mark.parametrize("engine", ["sqlite", "postgres"])
def test_two_processes_importing_overlapping_files_end_like_one(
    shared_data: Path, tmp_path: Path, engine: str
) -> None:
    files = [shared_data / f"kubernetes-2017/2017-07-{day}.json.gz" for day in (24, 25)]
    with place(engine, tmp_path / "alone") as alone:
        alone.run("begin", "fair")
        expected = alone.run("import_state", *files)
    with place(engine, tmp_path / "shared") as shared:
        shared.run("begin", "fair")
        pair = [shared.start("import", *files), shared.start("import", *reversed(files))]
        for process in pair:
            shared.finish(process)
        left = shared.run("state")
    for name in ("ok", "active_items", "sha256", "recount_faults"):
        assert left[name] == expected[name], name
