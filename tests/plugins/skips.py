"""A run fails when a test skips for a reason that tests/expected_skips.txt does not list.

A skip for want of shared data is allowed besides, but not where CI=true.
A reason is the first word of what `pytest.skip` was given, up to a colon or space.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

EXPECTED = Path(__file__).parents[1] / "expected_skips.txt"
OUTSIDE_CI = "no-shared-data"


def reason_of(report: pytest.TestReport | pytest.CollectReport) -> str:
    """Return the first word of why a test was skipped."""
    text = str(report.longrepr[2]) if isinstance(report.longrepr, tuple) else str(report.longrepr)
    words = text.removeprefix("Skipped: ").split()
    return words[0].rstrip(":") if words else "(none)"


class SkipWatch:
    """Collects the reasons that are not allowed and fails the session for them."""

    def __init__(self, allowed: frozenset[str]) -> None:
        self.allowed = allowed
        self.unexpected: list[str] = []

    def _note(self, report: pytest.TestReport | pytest.CollectReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            reason = reason_of(report)
            if reason not in self.allowed:
                self.unexpected.append(f"{report.nodeid}: {reason}")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Look at every phase of every test; under xdist the controller sees them all."""
        self._note(report)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Look at modules that were skipped whole."""
        self._note(report)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Turn a green run red when something skipped that may not."""
        if self.unexpected and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Say which tests skipped without leave."""
        if self.unexpected:
            terminalreporter.section("skips that tests/expected_skips.txt does not allow")
            for line in self.unexpected:
                terminalreporter.line(line)


def allowed_reasons() -> frozenset[str]:
    """Return the reasons a test may skip for in this run."""
    listed = frozenset(EXPECTED.read_text(encoding="utf-8").split())
    return listed if os.environ.get("CI") == "true" else listed | {OUTSIDE_CI}
