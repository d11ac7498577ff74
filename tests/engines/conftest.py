"""Here both engines are met in one run: a test is made for each."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["sqlite", "postgres"])
def engine(request: pytest.FixtureRequest) -> str:
    """Return the engine of this test, whatever engine the run is on."""
    return str(request.param)
