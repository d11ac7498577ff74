"""Read the code without running it: each step says its name, and its output when it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
BIN = Path(sys.executable).parent


def steps() -> list[tuple[str, list[str]]]:
    """Return what is run, in the order of what is quickest to mend."""
    python = sys.executable
    found = [
        ("format", [str(BIN / "ruff"), "format", "--check", "--output-format", "concise", "."]),
        ("style", [str(BIN / "ruff"), "check", "--output-format", "concise", "."]),
        ("spelling", [str(BIN / "codespell"), *_files()]),
        ("types", [str(BIN / "mypy")]),
        ("django types", [str(BIN / "mypy"), "--config-file=tools/mypy-django.ini", *_rooms()]),
        ("directions", [str(BIN / "lint-imports"), "--no-cache"]),
        ("system checks", [python, "-m", "django", "check"]),
        ("migrations", [python, "-m", "django", "makemigrations", "--check", "--dry-run"]),
        ("house rules", [python, "-m", "pytest", "-q", "--ds=tests.settings", *_rules()]),
    ]
    if templates := _files("*.html"):
        djlint = str(BIN / "djlint")
        found.insert(3, ("templates", [djlint, "--lint", "--quiet", *templates]))
    return found


def _files(*patterns: str) -> list[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [name for name in done.stdout.splitlines() if (ROOT / name).is_file()]


def _rooms() -> list[str]:
    rooms = ("apps", "lab", "hooks", "api", "web", "cli", "config")
    there = (room for room in rooms if (ROOT / "src" / "laurels" / room / "__init__.py").exists())
    return [part for room in there for part in ("-p", f"laurels.{room}")]


def _rules() -> list[str]:
    # A field of the rulesets without a test that flips it is a fault of the house, not of a test.
    flips = "tests/unit/domain/test_ruleset_flips.py"
    return ["tests/meta", *([flips] if (ROOT / flips).exists() else [])]


def main() -> int:
    """Run every step, also after one failed; return 1 when any did."""
    failed = []
    with tempfile.TemporaryDirectory(prefix="laurels-check-") as scratch:
        ours = {name for name in os.environ if name.startswith("LAURELS_")}
        environ = {name: os.environ[name] for name in os.environ if name not in ours}
        environ["LAURELS_DATA_DIR"] = scratch
        environ["DJANGO_SETTINGS_MODULE"] = "laurels.config.settings"
        for name, command in steps():
            started = time.monotonic()
            done = subprocess.run(
                command,
                cwd=ROOT,
                env=environ,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                check=False,
            )
            seconds = time.monotonic() - started
            print(f"{name:14} {'ok' if done.returncode == 0 else 'FAILED'}  {seconds:.1f} s")
            if done.returncode:
                failed.append(name)
                print(done.stdout)
    if failed:
        print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
