"""What can go wrong with a job itself."""

from __future__ import annotations


class LeaseLost(Exception):
    """The lease ran out and the job is no longer ours: what was done for it is taken back."""

    status_code = 409
    code = "lease_lost"


class NotRetryable(Exception):
    """Only a dead job can be given another life, and only while no job does the same."""

    status_code = 409
    code = "not_retryable"


class UnknownKind(Exception):
    """No handler is registered for this kind of job."""

    status_code = 422
    code = "unknown_job_kind"


class PutOff(Exception):
    """Raised by a handler: not now, come again at `until`; the attempt does not count."""

    status_code = 503
    code = "put_off"

    def __init__(self, until: int, reason: str) -> None:
        super().__init__(reason)
        self.until = until


class Skipped(Exception):
    """Raised by a handler: somebody else does this very work; the reason begins with a word."""

    status_code = 409
    code = "skipped"


class Ended(Exception):
    """Raised by a handler: trying again cannot help; the reason begins with a stable word."""

    status_code = 409
    code = "ended"
