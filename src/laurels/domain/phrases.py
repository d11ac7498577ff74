"""Plain words: the sentence of an item and of a ruleset."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def sentence(kind: str, steps: Iterable[Mapping[str, Any]]) -> str:
    """Say in one plain sentence what an item earned and why, naming each step."""
    raise NotImplementedError
