"""After an erasure the bytes of the SQLite file hold no trace, nor does its log."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import msgspec

from laurels.lab.season import SeasonFiles

ROOT = Path(__file__).parents[3]


def test_erase_when_done_then_no_byte_of_the_files_tells_of_the_person(
    season_files: SeasonFiles, tmp_path: Path
) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("LAURELS_")
    } | {"LAURELS_DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "laurels.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.apps.recognition.erase_in_file", *season_files.paths],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    words = json.loads(done.stdout.strip().splitlines()[-1])

    files = list(tmp_path.glob("laurels.sqlite3*"))
    assert any(file.stat().st_size > 100_000 for file in files)
    for file in files:
        body = file.read_bytes()
        for word in words:
            assert word.encode() not in body, (file.name, word)
            if word.isdigit():
                assert msgspec.msgpack.encode(int(word)) not in body, (file.name, word)
                assert int(word).to_bytes(6, "big") not in body, (file.name, word)
