"""Nothing tells of a workplace: no path of a machine, no host of a registry, no tool of ours.

The words are put together from halves, so that this file does not hold what it looks for.
"""

from __future__ import annotations

import re

import pytest

from tests.meta.files import shown, tracked

FOLDERS = [("w", "ork"), ("r", "oot"), ("t", "mp"), ("opt/wheel", "s")]
HOSTS = [
    ("py", "pi.org"),
    ("python", "hosted.org"),
    ("registry.np", "mjs"),
    ("npm", "js.org"),
    ("deb.deb", "ian.org"),
    ("crates", ".io"),
    ("proxy.go", "lang"),
]
TOOLS = [
    ("clau", "de"),
    ("anthro", "pic"),
    ("chat", "gpt"),
    ("open", "ai"),
    ("co", "pilot"),
    ("farm-", "bench"),
    ("farm-", "studio"),
]
WORDS = ["".join(halves) for halves in (*HOSTS, *TOOLS)]
PATHS = re.compile(r"(?<![\w.~)}])/(" + "|".join(map("".join, FOLDERS)) + ")/")
BINARY = {".png", ".jpg", ".ico", ".gz", ".zst", ".woff2", ".pdf"}


def leaks(text: str) -> list[str]:
    """Return what a text tells that it should not."""
    lower = text.lower()
    found = [match.group(0) for match in PATHS.finditer(text)]
    return found + [word for word in WORDS if word in lower]


def test_files_when_read_then_tell_of_no_workplace() -> None:
    found = {
        shown(path): words
        for path in tracked()
        if path.suffix not in BINARY
        if (words := leaks(path.read_text(encoding="utf-8")))
    }
    assert found == {}


@pytest.mark.parametrize(
    "halves",
    [
        ("see /", "w", "ork/main"),
        ("HOME=/", "r", "oot/x"),
        ("open('/", "t", "mp/x')"),
        ("https://py", "pi.org/simple"),
        ("Written with Clau", "de"),
    ],
)
def test_leaks_when_one_is_there_then_found(halves: tuple[str, ...]) -> None:
    assert leaks("".join(halves))


@pytest.mark.parametrize("text", ["docs/work/x", "a network/root", "GET /rules/", "the root / of"])
def test_leaks_when_none_is_there_then_silent(text: str) -> None:
    assert leaks(text) == []
