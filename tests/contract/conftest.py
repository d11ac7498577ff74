"""GitHub's own descriptions, from npm: schemas, recorded payloads and a way to sign."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "octokit"


@pytest.fixture(scope="session")
def octokit() -> Path:
    """Return the folder that holds @octokit's packages; skips where npm cannot give them."""
    done = subprocess.run([str(TOOL)], capture_output=True, text=True, check=False)
    if done.returncode:
        pytest.skip("no-node: GitHub's descriptions come from npm")
    return Path(done.stdout.strip())


@pytest.fixture(scope="session")
def graphql_schema(octokit: Path) -> Any:
    from graphql import build_schema

    text = (octokit / "graphql-schema" / "schema.graphql").read_text(encoding="utf-8")
    return build_schema(text, assume_valid=True, assume_valid_sdl=True)
