"""kit and domain compute: no clock, no randomness, no outside world, no framework."""

from __future__ import annotations

import ast
import sys

import pytest

from tests.meta.files import shown, source

ALLOWED_PACKAGES = {"msgspec"}
BANNED_MODULES = {
    "asyncio",
    "io",
    "locale",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "urllib",
    "uuid",
}
BANNED_CALLS = {"now", "utcnow", "today"}
BANNED_NAMES = {"open", "input", "print", "eval", "exec"}
ROOMS = {"kit": {"kit"}, "domain": {"kit", "domain"}}


def modules_of(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
        return [node.module]
    return []


def import_fault(module: str, room: str) -> str | None:
    top, _, rest = module.partition(".")
    if top == "laurels":
        return None if rest.partition(".")[0] in ROOMS[room] else f"imports {module}"
    if top in ALLOWED_PACKAGES or (top in sys.stdlib_module_names and top not in BANNED_MODULES):
        return None
    return f"imports {module}"


def faults(text: str, room: str) -> list[str]:
    """Return what a module of `room` does that it may not."""
    found = []
    for node in ast.walk(ast.parse(text)):
        found += [fault for module in modules_of(node) if (fault := import_fault(module, room))]
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in BANNED_NAMES:
                found.append(f"calls {node.func.id}")
            if (
                isinstance(node.func, ast.Attribute)
                and node.func.attr in BANNED_CALLS
                and isinstance(node.func.value, ast.Name | ast.Attribute)
                and ast.unparse(node.func.value).split(".")[-1] in {"datetime", "date", "dt"}
            ):
                found.append(f"calls {ast.unparse(node.func)}")
    return found


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_room_when_read_then_pure(room: str) -> None:
    found = {
        shown(path): wrong
        for path in source(room)
        if (wrong := faults(path.read_text(encoding="utf-8"), room))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("import os", "imports os"),
        ("import random", "imports random"),
        ("from django.db import models", "imports django.db"),
        ("import pydantic", "imports pydantic"),
        ("from time import time", "imports time"),
        ("datetime.now()", "calls datetime.now"),
        ("datetime.datetime.utcnow()", "calls datetime.datetime.utcnow"),
        ("date.today()", "calls date.today"),
        ("open('x')", "calls open"),
        ("from laurels.apps import sql", "imports laurels.apps"),
        ("from laurels.domain import tiers", "imports laurels.domain"),
    ],
)
def test_faults_when_impure_then_named(line: str, fault: str) -> None:
    assert faults(line, "kit") == [fault]


@pytest.mark.parametrize(
    "line",
    ["import msgspec", "import hashlib", "from laurels.kit import times", "clock.now()"],
)
def test_faults_when_pure_then_none(line: str) -> None:
    assert faults(line, "domain") == []
