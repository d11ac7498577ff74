"""Keys that an installation makes for itself and keeps in files of its data folder."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

KEY_BYTES = 32


class KeyMissing(Exception):
    """A key that must be there is not: the data it belongs to is useless without it."""

    status_code = 500
    code = "key_missing"


def kept_key(path: Path, *, may_make: bool) -> bytes:
    """Return the 32 random bytes kept in `path`, made at the first call where `may_make`.

    Guarantee: two processes asking at once end with one key, for it is written aside and linked
    into place, and the later one reads what the earlier one linked; only the owner may read it.
    Raises KeyMissing where there is no key and none may be made, or where it is damaged.
    """
    if not path.exists():
        if not may_make:
            raise KeyMissing(f"the key {path.name} is missing: restore it from a backup")
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _publish(path, secrets.token_hex(KEY_BYTES))
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii"))
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise KeyMissing(f"the key {path.name} is damaged: restore it from a backup")
    return key


def _publish(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(aside, path)
    except FileExistsError:
        pass
    finally:
        aside.unlink()
