from __future__ import annotations

import json
import subprocess
import sys

SCRIPT = """
import logging, structlog
from laurels.config.logs import configure
configure({{"level": "INFO", "is_json": {is_json}}})
structlog.get_logger("laurels.x").info("ledger settled", people=3)
logging.getLogger("laurels.y").debug("not shown")
logging.getLogger("other").info("not shown")
try:
    raise ValueError("broken")
except ValueError:
    logging.getLogger("other").exception("went wrong")
"""


def lines_of(*, is_json: bool) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT.format(is_json=is_json)],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == ""
    return done.stderr.splitlines()


def test_configure_when_json_then_each_line_is_one_object() -> None:
    first, second = (json.loads(line) for line in lines_of(is_json=True))
    assert (first["event"], first["people"], first["level"]) == ("ledger settled", 3, "info")
    assert first["logger"] == "laurels.x"
    assert "ValueError: broken" in second["exception"]


def test_configure_when_console_then_words_and_the_traceback() -> None:
    lines = lines_of(is_json=False)
    assert "ledger settled" in lines[0]
    assert "people=3" in lines[0]
    assert any("ValueError: broken" in line for line in lines)


REFUSALS = """
import logging
from laurels.config.logs import configure
configure({"level": "INFO", "is_json": False})
log = logging.getLogger("django.request")
for level in (logging.WARNING, logging.ERROR):
    try:
        raise KeyError("who")
    except KeyError:
        log.log(level, "Not Found: /x", exc_info=True)
"""


def test_configure_when_a_request_is_refused_then_a_line_and_only_faults_have_tracebacks() -> None:
    done = subprocess.run(
        [sys.executable, "-c", REFUSALS], capture_output=True, text=True, check=True
    )
    refused, fault = done.stderr.split("Not Found: /x")[1:]
    assert "Traceback" not in refused
    assert "KeyError: 'who'" in fault


QUIET = """
import logging
from laurels.config.logs import configure
configure({"level": "ERROR", "is_json": False})
for name in ("laurels.x", "django.request", "other"):
    logging.getLogger(name).warning("not shown")
    logging.getLogger(name).error("shown")
"""


def test_configure_when_errors_alone_are_asked_for_then_nothing_less_grave_is_told() -> None:
    done = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)
    assert "not shown" not in done.stderr
    assert done.stderr.count("shown") == 3
