"""The command line: parse, call a service or selector, say what came of it.

Exit codes: 0 done, 1 failed, 2 refused (nothing was written), 3 done with losses.
"""

from __future__ import annotations

from collections.abc import Sequence

from laurels.cli import house


def main(setup: house.Setup, arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; `setup` starts Django where a command needs it.

    Errors that only the programmer can mend are raised, as is what `setup` raises.
    """
    from laurels.cli import app, faults  # typer costs a moment that `import laurels.cli` need not

    house.install(setup)
    try:
        outcome = app.command().main(arguments, prog_name="laurels", standalone_mode=False)
    except Exception as error:
        code = faults.report(error)
        if code is None:
            raise
        return code
    return outcome if isinstance(outcome, int) else faults.DONE
