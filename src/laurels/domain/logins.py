"""What a login at GitHub may look like, so that nothing else is asked for or reserved."""

from __future__ import annotations

import re
from typing import Final

LOGIN_MOST: Final = 39
_LOGIN: Final = re.compile(r"[A-Za-z0-9](?:-?[A-Za-z0-9])*")


class LoginInvalid(ValueError):
    """Nobody at GitHub can have this login."""

    status_code = 422
    code = "login_invalid"


def checked_login(text: str) -> str:
    """Return the login; raises LoginInvalid for one that GitHub gives to no public account.

    Letters and digits with single hyphens between, 39 at most. Managed accounts of companies have
    an underscore; they do nothing in public, so there is nothing to read of them.
    """
    if len(text) > LOGIN_MOST or not _LOGIN.fullmatch(text):
        shown = ascii(text[:LOGIN_MOST])
        raise LoginInvalid(
            f"{shown} is no login: letters and digits with single hyphens between,"
            f" {LOGIN_MOST} at most"
        )
    return text
