"""What gunicorn does for the benchmarks: a worker says that it can answer, by a file of its own."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

FOLDER = "BENCH_READY"


def post_worker_init(worker: Any) -> None:
    """Tell whoever waits that this worker has loaded its application."""
    Path(os.environ[FOLDER], str(worker.pid)).touch()
