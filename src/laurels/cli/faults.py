"""The one place where an error becomes a message for the operator and an exit code.

Refused (2): what was asked cannot be done like this, and nothing was written. Failed (1): it could
have been done, and was not. Anything not known here is a fault of ours and keeps its traceback.
"""

from __future__ import annotations

import sys
from typing import Any

from laurels.cli.output import note

DONE, FAILED, REFUSED, LOSSES = 0, 1, 2, 3


class Refusal(Exception):
    """What was asked cannot be done like this; the message says why and what would help."""

    status_code = 422
    code = "refused"


def report(error: Exception) -> int | None:
    """Say an error on standard error; return the exit code, or None where it is a fault of ours."""
    if (code := _usage(error) or _ruleset(error)) is not None:
        return code
    status = getattr(error, "status_code", None)
    if isinstance(status, int) and hasattr(error, "code"):
        note(_sentence(str(error) or type(error).__name__))
        return REFUSED if 400 <= status < 500 else FAILED
    return _database(error)


def _usage(error: Any) -> int | None:
    """Let typer's own errors say themselves, with the usage of the command they are about."""
    if not (hasattr(error, "show") and hasattr(error, "exit_code")):
        return None
    error.show()
    return int(error.exit_code)


def _ruleset(error: Exception) -> int | None:
    # Whoever raised it has imported the rules; `--help` has not, and need not.
    rules = sys.modules.get("laurels.domain.rulesets")
    if rules is None:
        return None
    if isinstance(error, rules.RulesetFaults):
        note(f"The ruleset has {_faults(len(error.faults))}:")
        for fault in error.faults:
            note(f"  {fault}")
        return REFUSED
    if isinstance(error, rules.UnknownPreset):
        note(str(error))
        return REFUSED
    return None


def _faults(number: int) -> str:
    return "one fault" if number == 1 else f"{number} faults"


def _sentence(text: str) -> str:
    # A file's name stays as it is.
    is_name = not {".", "/"}.isdisjoint(text.split(" ", 1)[0].rstrip(".:"))
    return (text if is_name else text[:1].upper() + text[1:]) + "." * text[-1:].isalnum()


def _database(error: Exception) -> int | None:
    if "django.db.utils" not in sys.modules:
        return None
    from django.db.utils import DatabaseError, InterfaceError

    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    text = (str(error).splitlines() or [type(error).__name__])[0]
    if "locked" in text:
        note("Another process has been writing to this database for 20 seconds; try again later.")
        return FAILED
    if "no such table" in text or "no such column" in text or "does not exist" in text:
        note(f"The database is not what this version needs ({text}); run `laurels migrate`.")
        return REFUSED
    if type(error).__name__ == "OperationalError":
        note(f"The database does not do its work: {text}. `laurels doctor` looks closer.")
        return FAILED
    return None
