"""The files that belong to the project, as git sees them."""

from __future__ import annotations

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "laurels"


@cache
def tracked(*endings: str) -> tuple[Path, ...]:
    """Return files that are committed or about to be, by ending; all of them for no ending."""
    done = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    paths = (ROOT / line for line in done.stdout.splitlines())
    return tuple(
        path for path in paths if path.is_file() and (not endings or path.suffix in endings)
    )


def source(*rooms: str) -> tuple[Path, ...]:
    """Return our own modules in the named rooms, without migrations; everywhere for no room."""
    folders = [SOURCE / room for room in rooms] or [SOURCE]
    return tuple(
        path
        for path in tracked(".py")
        if "migrations" not in path.parts and any(folder in path.parents for folder in folders)
    )


def shown(path: Path) -> str:
    """Return the path as people write it in the project."""
    return path.relative_to(ROOT).as_posix()
