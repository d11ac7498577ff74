"""Installations that take deliveries, and the probe in them."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from typing import Any

from tests.engines.hooks_sender import SECRET
from tests.engines.processes import Place

ENVIRON = {"LAURELS_GITHUB_WEBHOOK_SECRET": f"a-secret-before,{SECRET.decode()}"}
PATIENCE_SECONDS = 120
Begun = Callable[[str], Place]


def probe(here: Place, verb: str, *arguments: object) -> Any:
    """Run a verb of the probe to its end and return its answer."""
    return answer_of(start_probe(here, verb, *arguments))


def start_probe(here: Place, verb: str, *arguments: object, **options: Any) -> Any:
    """Start a verb of the probe."""
    command = [sys.executable, "-m", "tests.engines.hooks_probe", verb, *map(str, arguments)]
    return here.installation.launch(command, environ=ENVIRON, **options)


def answer_of(process: Any, said: str | None = None) -> Any:
    """Wait for a verb's end, having said what it waits for; return its answer."""
    out, err = process.communicate(said, timeout=300)
    assert process.returncode == 0, err
    return json.loads(out.strip().splitlines()[-1])


def address_in(line: str) -> str:
    """Return the address that a serving process prints."""
    match = re.search(r"Laurels serves (http://\S+)/", line)
    assert match, line
    return match.group(1)
