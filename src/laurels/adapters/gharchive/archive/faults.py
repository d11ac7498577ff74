"""Why no baseline was built: one error, told before anything is written."""

from __future__ import annotations


class BuildRefused(ValueError):
    """A baseline that cannot be built; `code` is stable, the message names the fault."""

    status_code = 422

    def __init__(self, code: str, reason: str) -> None:
        self.code = code
        super().__init__(reason)
