"""Path globs: `*` within a folder, `**` across folders, `name` at any depth, `folder/` whole."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

_PARTS = re.compile(r"\*\*/|\*\*|\*|\?")
_WILD = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def path_regex(pattern: str) -> str:
    """Return the regular expression of one glob.

    A pattern without a slash before its end matches at any depth, as in .gitignore.
    """
    anywhere = "/" not in pattern.rstrip("/")
    body = pattern.removeprefix("/") + ("**" if pattern.endswith("/") else "")
    pieces, end = [], 0
    for wild in _PARTS.finditer(body):
        pieces += [re.escape(body[end : wild.start()]), _WILD[wild.group()]]
        end = wild.end()
    pieces.append(re.escape(body[end:]))
    return ("(?:.*/)?" if anywhere else "") + "".join(pieces)


class PathPatterns:
    """Path globs of one rule, compiled into a single expression."""

    __slots__ = ("_regex", "matches")

    def __init__(self, patterns: Iterable[str]) -> None:
        """Compile; without any pattern nothing matches."""
        joined = "|".join(path_regex(pattern) for pattern in patterns)
        self._regex = re.compile(joined) if joined else None
        self.matches = lru_cache(maxsize=4096)(self._matches)

    def _matches(self, path: str) -> bool:
        return self._regex is not None and self._regex.fullmatch(path) is not None
