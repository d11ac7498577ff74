"""The guards of the test run: a skip without leave fails it, and no test leaves the machine."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.meta.files import ROOT
from tests.plugins import network, skips

CONFTEST = """
from tests.plugins import skips
def pytest_configure(config):
    config.pluginmanager.register(skips.SkipWatch(skips.allowed_reasons()))
"""


def run_with_skip(folder: Path, reason: str, *options: str, **environ: str) -> tuple[int, str]:
    (folder / "conftest.py").write_text(CONFTEST, encoding="utf-8")
    (folder / "test_it.py").write_text(
        f"import pytest\ndef test_a():\n    pytest.skip({reason!r})\ndef test_b():\n    assert 1\n",
        encoding="utf-8",
    )
    (folder / "pytest.ini").write_text("[pytest]\n", encoding="utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-p",
            "no:django",
            "-p",
            "no:cacheprovider",
            *options,
            ".",
        ],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


@pytest.mark.parametrize("options", [(), ("-n", "1")])
def test_run_when_a_skip_is_not_listed_then_fails_and_names_it(
    tmp_path: Path, options: tuple[str, ...]
) -> None:
    code, output = run_with_skip(tmp_path, "too lazy today", *options)
    assert code == 1
    assert "test_it.py::test_a: too" in output


def test_run_when_a_skip_is_listed_then_passes(tmp_path: Path) -> None:
    code, _ = run_with_skip(tmp_path, "no-node: node is not installed", CI="true")
    assert code == 0


def test_run_when_shared_data_is_missing_then_passes_except_in_ci(tmp_path: Path) -> None:
    assert run_with_skip(tmp_path, "no-shared-data: set it", CI="")[0] == 0
    assert run_with_skip(tmp_path, "no-shared-data: set it", CI="true")[0] == 1


def test_guarded_when_off_the_machine_then_refused() -> None:
    with network.guarded(is_loopback_allowed=True), socket.socket() as sock:
        with pytest.raises(network.NetworkRefused, match=r"192\.0\.2\.1"):
            sock.connect(("192.0.2.1", 9))
        with pytest.raises(network.NetworkRefused):
            sock.connect_ex(("192.0.2.1", 9))


def test_guarded_when_loopback_then_only_where_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        with network.guarded(is_loopback_allowed=True), socket.socket() as sock:
            assert sock.connect_ex(address) == 0
        with (
            network.guarded(is_loopback_allowed=False),
            socket.socket() as sock,
            pytest.raises(network.NetworkRefused),
        ):
            sock.connect(address)


def test_allowed_reasons_when_in_ci_then_shared_data_is_not_among_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CI", "true")
    assert skips.OUTSIDE_CI not in skips.allowed_reasons()
    monkeypatch.delenv("CI")
    assert skips.OUTSIDE_CI in skips.allowed_reasons()
