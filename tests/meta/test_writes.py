"""Only services write: elsewhere nothing saves, creates, updates or deletes a row."""

from __future__ import annotations

import ast
import re
from pathlib import PurePath

import pytest

from tests.meta.files import SOURCE, shown, source

ALWAYS = {
    "save",
    "asave",
    "create",
    "acreate",
    "delete",
    "adelete",
    "bulk_create",
    "abulk_create",
    "bulk_update",
    "abulk_update",
    "get_or_create",
    "aget_or_create",
    "update_or_create",
    "aupdate_or_create",
}
# `update` is a word of dict, set and hash too: it counts when it hangs on a queryset.
QUERYSET_WORDS = {"objects", "filter", "exclude", "all", "annotate", "order_by", "using"}
OUR_SQL = {"insert", "upsert", "update", "execute"}
STATEMENT = re.compile(
    r"\b(INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO|UPDATE\s+\S+\s+SET|DELETE\s+FROM"
    r"|TRUNCATE\s+\w|MERGE\s+INTO|COPY\s+\S+.*\sFROM)"
)
HELPERS = {SOURCE / "apps" / "sql.py", SOURCE / "apps" / "append_only.py"}


def is_service(path: PurePath) -> bool:
    return "services" in path.parts or path.name.startswith("services")


def words_of(node: ast.expr) -> set[str]:
    """Return the names along a chain such as Row.objects.filter(…)."""
    words: set[str] = set()
    while True:
        if isinstance(node, ast.Call):
            node = node.func
        elif isinstance(node, ast.Attribute):
            words.add(node.attr)
            node = node.value
        else:
            return words | ({node.id} if isinstance(node, ast.Name) else set())


def is_write(call: ast.Call) -> bool:
    if not isinstance(call.func, ast.Attribute):
        return False
    name, before = call.func.attr, words_of(call.func.value)
    if name in ALWAYS:
        return before != {"super"} or name not in {"save", "delete"}
    if name in {"update", "aupdate"} and before & QUERYSET_WORDS:
        return True
    return name in OUR_SQL and before == {"sql"}


def writes(text: str) -> list[int]:
    """Return the lines on which a module writes to the database."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and is_write(node):
            found.add(node.lineno)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            if STATEMENT.search(node.value):
                found.add(node.lineno)
        elif isinstance(node, ast.JoinedStr):
            parts = (p.value if isinstance(p, ast.Constant) else "x" for p in node.values)
            if STATEMENT.search("".join(str(part) for part in parts)):
                found.add(node.lineno)
    return sorted(found)


def test_modules_when_no_services_then_write_nothing() -> None:
    found = {
        shown(path): lines
        for path in source("apps", "lab", "hooks", "api", "web", "cli", "config")
        if not is_service(path.relative_to(SOURCE)) and path not in HELPERS
        if (lines := writes(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "line",
    [
        "row.save()",
        "Row.objects.create(a=1)",
        "Row.objects.filter(id=1).update(a=2)",
        "Row.objects.all().delete()",
        "Row.objects.bulk_create([])",
        "Row.objects.get_or_create(a=1)",
        "sql.upsert(Row, [], [])",
        "cursor.execute('DELETE FROM ledger')",
        "cursor.execute(f'UPDATE {table} SET a = 1')",
        "cursor.execute(f'INSERT INTO {table} VALUES (1)')",
        "cursor.execute('TRUNCATE ledger')",
    ],
)
def test_writes_when_a_module_writes_then_the_line_is_found(line: str) -> None:
    assert writes(f"x = 1\n{line}\n") == [2]


@pytest.mark.parametrize(
    "line",
    [
        "seen.update(other)",
        "hasher.update(b'x')",
        "options.update(a=1)",
        "Row.objects.filter(a=1).count()",
        "super().save(*args)",
        "sql.fetch('SELECT 1')",
        "print('please update your settings')",
    ],
)
def test_writes_when_a_module_only_reads_then_silent(line: str) -> None:
    assert writes(line) == []


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("apps/scoring/services.py", True),
        ("apps/scoring/services/settle.py", True),
        ("apps/scoring/services_admin.py", True),
        ("apps/scoring/selectors.py", False),
        ("web/views.py", False),
    ],
)
def test_is_service_when_named_so_then_may_write(path: str, answer: bool) -> None:
    assert is_service(PurePath(path)) is answer
