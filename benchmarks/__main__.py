"""`python -m benchmarks`: every path on its engines, as tables or with --json; exit 1 on a fault.

One process an engine, so that settings are read once. Sizes are those of design.md §6; --quick
takes small ones and one round: then only the answers are judged.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import traceback
from importlib import import_module
from typing import Any

from benchmarks.harness import AnswersDiffer
from benchmarks.options import Options
from benchmarks.report import machine, table

PATHS = (
    "event_reading", "importing", "recalculation_nest", "recalculation_large", "rank", "page",
    "ledger_verify", "start_up", "webhook_accept", "webhook_work", "sync", "metrics", "lookup",
    "api_read", "baseline", "signing", "typesetting",
)  # fmt: skip
ENGINES = ("none", "sqlite", "postgres")


def main() -> int:
    """Run what was asked for; return 1 when answers differ or a path breaks down."""
    given = _arguments()
    options = Options(given.quick, 1 if given.quick else given.rounds)
    if given.here:
        return _run_here(given.here, given.only, options)
    about = machine()
    if not given.json:
        print(" · ".join(f"{name} {value}" for name, value in about.items()), flush=True)
    found: list[dict[str, Any]] = []
    failed = 0
    for engine in given.engine or ENGINES:
        failed |= _run_apart(engine, given, found)
    if given.json:
        print(json.dumps({"machine": about, "paths": found}, indent=1))
    return failed


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small sizes, one round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds at full size (5)")
    parser.add_argument("--only", action="append", choices=PATHS, help="this path; several times")
    parser.add_argument("--engine", action="append", choices=ENGINES, help="on this engine only")
    parser.add_argument("--json", action="store_true", help="print one JSON object at the end")
    parser.add_argument("--here", choices=ENGINES, help=argparse.SUPPRESS)
    return parser.parse_args()


def _run_apart(engine: str, given: argparse.Namespace, found: list[dict[str, Any]]) -> int:
    """Run an engine's paths in a process of their own; print each as it comes."""
    command = [sys.executable, "-m", "benchmarks", "--here", engine, "--rounds", str(given.rounds)]
    command += ["--quick"] if given.quick else []
    command += [part for name in given.only or () for part in ("--only", name)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for line in process.stdout:
            path = json.loads(line)
            found.append(path)
            if not given.json:
                print(f"\n{table(path)}", flush=True)
    return 1 if process.returncode else 0


def _run_here(engine: str, only: list[str] | None, options: Options) -> int:
    modules = [import_module(f"benchmarks.{name}") for name in only or PATHS]
    modules = [module for module in modules if engine in module.ENGINES]
    if not modules:
        return 0
    scratch = None
    if engine != "none":
        from benchmarks.scratch import Scratch

        scratch = Scratch(engine, is_durable=not options.is_quick)
    failed = 0
    for module in modules:
        try:
            for path in module.run(scratch, options):
                print(json.dumps(path.as_json(is_judged=not options.is_quick)), flush=True)
        except AnswersDiffer as difference:
            print(f"NO FIGURE: {difference}", file=sys.stderr)
            failed = 1
        except Exception:
            traceback.print_exc()
            failed = 1
    return failed


if __name__ == "__main__":
    sys.exit(main())
