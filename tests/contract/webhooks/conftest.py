"""Payloads that GitHub recorded, and its own library's word on signatures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

Recorded = list[tuple[str, dict[str, Any]]]


@pytest.fixture(scope="session")
def recorded(octokit: Path) -> Recorded:
    """Every payload with the event it was sent for."""
    path = octokit / "webhooks-examples" / "api.github.com" / "index.json"
    events = json.loads(path.read_text(encoding="utf-8"))
    return [(event["name"], body) for event in events for body in event["examples"]]
