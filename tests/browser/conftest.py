"""A real browser: the Chromium that `make test` found or installed."""

from __future__ import annotations

import os
import shutil
from typing import Any

import pytest

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# It speaks to nobody but the page: without these it looks up its maker's hosts at every start.
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Return the path of a Chromium on this machine."""
    given = os.environ.get("LAURELS_TEST_CHROMIUM")
    return given or next((path for name in NAMES if (path := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Start the machine's own Chromium instead of one that would have to be downloaded."""
    path = chromium()
    if path is None:
        pytest.skip("no-chromium: none on this machine, and none could be installed")
    return {**browser_type_launch_args, "executable_path": path, "args": QUIET}
