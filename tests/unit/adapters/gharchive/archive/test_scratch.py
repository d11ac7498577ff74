"""Temporary folders: gone with their block, and those of the dead with the next one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from laurels.adapters.gharchive.archive.scratch import PREFIX, scratch_folder

HOLD = """
import sys
from pathlib import Path
from laurels.adapters.gharchive.archive.scratch import scratch_folder
with scratch_folder(Path(sys.argv[1])) as folder:
    (folder / "some.parquet").write_text("rows")
    print(folder.name, flush=True)
    sys.stdin.read()
"""


def test_folder_when_its_block_ends_then_gone(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as folder:
        (folder / "inner").mkdir()
        (folder / "inner" / "file").touch()
    with pytest.raises(KeyboardInterrupt), scratch_folder(tmp_path) as folder:
        (folder / "file").touch()
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_folder_when_its_process_is_killed_then_gone_with_the_next_but_not_before(
    tmp_path: Path,
) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        name = holder.stdout.readline().strip()
        with scratch_folder(tmp_path) as mine:
            assert {path.name for path in tmp_path.iterdir()} == {name, mine.name}
        assert [path.name for path in tmp_path.iterdir()] == [name]
        holder.kill()
    assert [path.name for path in tmp_path.iterdir()] == [name]
    with scratch_folder(tmp_path) as mine:
        assert list(tmp_path.iterdir()) == [mine]


def test_sweep_when_a_folder_is_empty_or_no_folder_then_left(tmp_path: Path) -> None:
    (tmp_path / f"{PREFIX}new").mkdir()
    (tmp_path / f"{PREFIX}file").touch()
    with scratch_folder(tmp_path):
        assert len(list(tmp_path.iterdir())) == 3
