"""What a call to GitHub can end in when it does not end well: each is a fact with a stable code."""

from __future__ import annotations


class GitHubFault(Exception):
    """Anything GitHub, or the way to it, refused."""

    status_code = 502
    code = "github_fault"


class Postponed(GitHubFault):
    """Not now: give the lease back and come again at the instant `until`; nobody waits here."""

    status_code = 503
    code = "github_postponed"

    def __init__(self, until: int, reason: str) -> None:
        super().__init__(f"GitHub has to wait ({reason})")
        self.until = until
        self.reason = reason


class Unavailable(GitHubFault):
    """GitHub did not answer, or failed at its end, as often as we tried."""

    code = "github_unavailable"

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(f"GitHub is not available ({reason})")
        self.reason = reason
        self.status = status


class TokenInvalid(GitHubFault):
    """GitHub knows this token no more; no call is made with it again."""

    status_code = 401
    code = "token_invalid"

    def __init__(self, reason: str) -> None:
        super().__init__(f"token_invalid: {reason}")
        self.reason = reason


class MissingToken(GitHubFault):
    """There is no token to ask GitHub with."""

    status_code = 409
    code = "missing_token"

    def __init__(self) -> None:
        super().__init__("missing_token: no token to ask GitHub with")


class Missing(GitHubFault):
    """GitHub has no such thing, or does not show it to this token."""

    status_code = 404
    code = "github_missing"


class Forbidden(GitHubFault):
    """The token may not do this; another one may."""

    status_code = 403
    code = "github_forbidden"


class Rejected(GitHubFault):
    """GitHub understood the request and will not do it."""

    status_code = 422
    code = "github_rejected"

    def __init__(self, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.status = status


class BadAnswer(GitHubFault):
    """GitHub answered something that is not what this call answers; the message names the place."""

    code = "github_bad_answer"
