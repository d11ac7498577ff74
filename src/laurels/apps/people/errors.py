"""What can be refused about people."""

from __future__ import annotations


class NotFound(Exception):
    """There is no such thing, or none that the asker may know of."""

    status_code = 404
    code = "not_found"


class ContributorNotFound(NotFound):
    """Nobody here has, or had, this login."""


class LoginTaken(Exception):
    """A login, or the id of a person to be, is kept for somebody else."""

    status_code = 400
    code = "identity_mismatch"


class AlreadyBanned(Exception):
    """A ban is in force, or this one would run into another."""

    status_code = 409
    code = "already_banned"


class NotBanned(Exception):
    """There is no ban to lift."""

    status_code = 409
    code = "not_banned"


class SignInRefused(Exception):
    """Somebody may not sign in; `code` says why in a word that stays the same."""

    def __init__(
        self, code: str, message: str, *, status_code: int = 403, retry_after: int = 0
    ) -> None:
        super().__init__(message)
        self.code = code
        self.status_code = status_code
        self.retry_after = retry_after


class TokenInvalid(Exception):
    """A token is unknown, used, run out or revoked; `code` tells which, never whose."""

    status_code = 401

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class TokenReferenceRefused(Exception):
    """A job's reference to a token has run out, or another holder has it."""

    status_code = 409
    code = "token_reference_refused"


class TooManyTokens(Exception):
    """A person has as many personal tokens as anybody may have."""

    status_code = 409
    code = "too_many_tokens"


class TokenFaults(Exception):
    """A personal token may not be made like this; `faults` holds (field, reason) pairs."""

    status_code = 422
    code = "invalid"

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        self.faults = faults
        super().__init__("; ".join(reason for _, reason in faults))
