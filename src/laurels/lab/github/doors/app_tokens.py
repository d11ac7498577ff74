"""The tokens that a GitHub App signs itself, held against the public key it was registered with.

https://docs.github.com/apps/creating-github-apps/authenticating-with-a-github-app
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

_SKEW_SECONDS = 60
_MOST_SECONDS = 600


def app_of(token: str, now: int, keys: Mapping[str, str]) -> str | None:
    """Return the App that signed a JSON web token; None where it is none, over or forged.

    `keys` are the public keys (PEM) by App. As GitHub, it takes RS256 alone, and no token that
    lives longer than ten minutes.
    """
    key = keys.get(_claimed(token))
    if key is None:
        return None
    try:
        claims = jwt.decode(token, RSAKey.import_key(key), algorithms=["RS256"]).claims
        issued, ends = int(claims["iat"]), int(claims["exp"])
    except (JoseError, ValueError, KeyError, TypeError):
        return None
    is_long = ends > issued + _MOST_SECONDS + _SKEW_SECONDS
    is_good = issued <= now + _SKEW_SECONDS and now < ends and not is_long
    return str(claims["iss"]) if is_good else None


def _claimed(token: str) -> str:
    """Return the App that a token names before anything of it is believed."""
    parts = token.split(".")
    if len(parts) != 3:
        return ""
    try:
        found = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
        return str(found["iss"])
    except (ValueError, KeyError, TypeError):
        return ""
