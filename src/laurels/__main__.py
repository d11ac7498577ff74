"""Where the `laurels` command begins."""

from __future__ import annotations

import sys

from laurels.config import boot
from laurels.config.faults import SettingsFaults


def main() -> None:
    """Run one command and exit: 2 with every wrong setting named when the environment is wrong.

    The command line gets `boot.setup` handed in and calls it in the commands that need Django, so
    that `laurels --help` does not pay for it.
    """
    from laurels import cli

    try:
        code = cli.main(boot.setup)
    except SettingsFaults as faults:
        print(faults, file=sys.stderr)  # noqa: T201 - the command's own error stream
        code = 2
    sys.exit(code)


if __name__ == "__main__":
    main()
