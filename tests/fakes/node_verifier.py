"""Other people's software for credentials, in a Node process that is asked line by line."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Self

PROGRAM = Path(__file__).with_name("credentials.mjs")


class NodeRefused(Exception):
    """The Node library threw; the message is its own."""


class NodeVerifier:
    """A running Node; packages are found beside a copy of the program."""

    def __init__(self, packages: Path, folder: Path) -> None:
        shutil.copy(PROGRAM, folder / PROGRAM.name)
        (folder / "node_modules").symlink_to(packages)
        self._command = ["node", "--disable-warning=ExperimentalWarning", PROGRAM.name]
        self._folder = folder
        self._process: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command,
            cwd=self._folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        return self

    def __exit__(self, *_: object) -> None:
        if self._process is not None:
            self._process.communicate(timeout=30)

    def ask(self, question: str, **given: Any) -> Any:
        """Return the answer to a question; raises NodeRefused."""
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        process.stdin.write(json.dumps({"ask": question, **given}) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            assert process.stderr is not None
            raise RuntimeError(f"Node ended: {process.stderr.read()[-2000:]}")
        told = json.loads(line)
        if "error" in told:
            raise NodeRefused(told["error"])
        return told["answer"]
