"""The measurements of a path as a table for people, and the machine they were taken on."""

from __future__ import annotations

import datetime
import os
import platform
import sqlite3
from typing import Any


def machine() -> dict[str, Any]:
    """Describe the machine, without anything that names it."""
    model = ""
    try:
        with open("/proc/cpuinfo", encoding="ascii", errors="replace") as file:
            names = [line.split(":", 1)[1].strip() for line in file if "model name" in line]
        model = names[0] if names else ""
    except OSError:
        pass
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else None
    return {
        "on": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "cores": os.cpu_count(),
        "processor": model or platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        "load_before": load,
    }


def seconds(value: float) -> str:
    """Write a time with three digits and a fitting unit."""
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= size or unit == "µs":
            scaled = value / size
            digits = 0 if scaled >= 100 else 1 if scaled >= 10 else 2
            return f"{scaled:.{digits}f} {unit}"
    raise AssertionError(value)


def ratio(value: float) -> str:
    """Write a ratio with three digits."""
    return f"{value:.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def table(path: dict[str, Any]) -> str:
    """Return the lines of one path."""
    lines = [
        f"{path['path']} · {path['engine']} · {path['size']}",
        f"  input SHA-256 {path['input_sha256']}",
    ]
    for row in path["results"]:
        checksums = ", ".join(f"{name} {sum_[:16]}" for name, sum_ in row["checksums"].items())
        times = row["times_ours"]
        spread = f"{seconds(row['min_seconds'])} … {seconds(row['max_seconds'])}"
        share = "" if times is None else f"{ratio(times)} × ours"
        lines.append(
            f"  {row['phase']:14} {row['contender']:10} {seconds(row['median_seconds']):>9}"
            f"  {spread:23} cpu {seconds(row['cpu_seconds']):>9} {share:>15}  {checksums}"
        )
    for target in path["targets"]:
        verdict = "met" if target["met"] else "MISSED"
        write = seconds if target["unit"] == "s" else ratio
        lines.append(f"  target {target['target']}: {write(target['measured'])}, {verdict}")
    lines += [f"  note: {note}" for note in path["notes"]]
    return "\n".join(lines)
