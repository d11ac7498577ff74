"""What the metrics room refuses."""

from __future__ import annotations


class MetricsMissing(Exception):
    """Nobody has computed this person's metrics yet."""

    status_code = 404
    code = "metrics-missing"


class UserIdInvalid(ValueError):
    """An id of a person is no UUID."""

    status_code = 422
    code = "user_id_invalid"


class PersonUnknown(Exception):
    """Nobody here has this id."""

    status_code = 404
    code = "person_unknown"


class IdentityMissing(ValueError):
    """Neither an id nor a login nor a token says who is meant."""

    status_code = 422
    code = "identity_missing"


class IdentityMismatch(Exception):
    """An id and a login, or a token, belong to different people."""

    status_code = 400
    code = "identity_mismatch"


class IdentityWithheld(Exception):
    """Who is meant asked to be forgotten."""

    status_code = 422
    code = "sync_refused"


class PipelineRefused(ValueError):
    """An argument of a verb cannot be meant; the message names it."""

    status_code = 422
    code = "invalid"


class SourceLocked(Exception):
    """Somebody reads this person at this moment."""

    status_code = 409
    code = "locked"


class SourceRefused(Exception):
    """This person cannot be read; `code` says why in a word that stays the same."""

    status_code = 422

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
