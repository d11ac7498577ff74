"""The contracts of pyproject.toml know every room and every app, so that none slips past them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.meta.files import ROOT, SOURCE


def layers(contract: int) -> set[str]:
    """Return the names in the layers of one contract, without brackets and prefix."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lines = settings["tool"]["importlinter"]["contracts"][contract]["layers"]
    return {name.removeprefix("laurels.") for line in lines for name in re.findall(r"[\w.]+", line)}


def packages(folder: Path) -> set[str]:
    """Return the packages directly in a folder."""
    return {path.parent.name for path in folder.glob("*/__init__.py")}


def test_rooms_when_listed_then_each_has_its_place() -> None:
    assert packages(SOURCE) - layers(0) == set()


def test_apps_when_listed_then_each_has_its_place() -> None:
    assert packages(SOURCE / "apps") - layers(1) == set()


def test_packages_when_a_new_room_is_made_then_it_is_seen(tmp_path: Path) -> None:
    (tmp_path / "attic").mkdir()
    (tmp_path / "attic" / "__init__.py").touch()
    assert packages(tmp_path) - layers(0) == {"attic"}
