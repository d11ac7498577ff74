"""Whether GitHub signed a body: HMAC-SHA256 over the raw bytes, compared in constant time.

https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable

_SHAPE = re.compile(r"sha256=[0-9a-f]{64}")


def is_signed(body: bytes, signature: str, secrets: Iterable[bytes]) -> bool:
    """Tell whether one of `secrets` made `signature` (the header's value) for `body`.

    Every secret is tried, whichever fits. No secret, an empty secret, SHA-1: never signed.
    """
    if _SHAPE.fullmatch(signature) is None:
        return False
    given = bytes.fromhex(signature[7:])
    is_good = False
    for secret in secrets:
        if secret:
            is_good |= hmac.compare_digest(hmac.digest(secret, body, "sha256"), given)
    return is_good
