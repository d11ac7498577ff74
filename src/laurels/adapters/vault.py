"""The vault: secrets of other systems, sealed for the one owner who may open them.

AES-256-GCM with a fresh random nonce of 96 bits a seal. The owner's name is the associated data,
so a sealed text that is copied to another owner's row does not open. The text names its key
(`v1.KEY.…`), so that keys can be changed without a moment at which something cannot be opened:
the active key seals, every key of the ring opens. Not promised: secrecy towards who has both the
database and the keys; keep them apart in backups.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Callable

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from laurels.adapters.keyring import Ring

_VERSION = "v1"
_NONCE_BYTES = 12


class VaultRefused(Exception):
    """A sealed text does not open: wrong owner, altered, or its key is not in the ring."""

    status_code = 500
    code = "vault_refused"


class Vault:
    """Seals and opens short secrets with the keys of a ring."""

    def __init__(self, ring: Callable[[], Ring]) -> None:
        """Take the keys from `ring`; it is asked at each seal, and again for an unknown key."""
        self._ask = ring
        self._ring: Ring | None = None

    @property
    def active(self) -> str:
        """The id of the key that seals."""
        return self._keys().active

    def refresh(self) -> None:
        """Ask for the keys again at the next use."""
        self._ring = None

    def seal(self, plain: bytes, owner: str) -> str:
        """Return `plain` encrypted for `owner` as text; two seals of one secret differ."""
        # Asked anew: in a process that runs on, a key made meanwhile must seal from now on.
        self._ring = ring = self._ask()
        nonce = secrets.token_bytes(_NONCE_BYTES)
        body = AESGCM(ring.keys[ring.active]).encrypt(nonce, plain, owner.encode())
        return f"{_VERSION}.{ring.active}.{base64.urlsafe_b64encode(nonce + body).decode()}"

    def open(self, sealed: str, owner: str) -> bytes:
        """Return what was sealed for `owner`; raises VaultRefused, which never tells the secret."""
        key_id, body = _parts(sealed)
        if key_id not in self._keys().keys:
            self.refresh()  # another process may have made a new key meanwhile
        key = self._keys().keys.get(key_id)
        if key is None:
            raise VaultRefused(f"the vault has no key {key_id!r}: restore it from a backup")
        try:
            return AESGCM(key).decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], owner.encode())
        except InvalidTag:
            raise VaultRefused("a sealed secret was altered or belongs to another owner") from None

    def is_current(self, sealed: str) -> bool:
        """Tell whether the active key sealed this; if not, `keys rotate` seals it anew."""
        return _parts(sealed)[0] == self.active

    def reseal(self, sealed: str, owner: str) -> str:
        """Return the same secret under the active key."""
        return sealed if self.is_current(sealed) else self.seal(self.open(sealed, owner), owner)

    def _keys(self) -> Ring:
        if self._ring is None:
            self._ring = self._ask()
        return self._ring


def _parts(sealed: str) -> tuple[str, bytes]:
    version, _, rest = sealed.partition(".")
    key_id, _, text = rest.partition(".")
    try:
        body = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        body = b""
    if version != _VERSION or not key_id or len(body) <= _NONCE_BYTES:
        raise VaultRefused("this is not a sealed secret")
    return key_id, body
