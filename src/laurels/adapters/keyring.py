"""Keys that an installation makes for itself and keeps in files of its data folder."""

from __future__ import annotations

import base64
import binascii
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

KEY_BYTES = 32
_KEY_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")


class KeyMissing(Exception):
    """A key that must be there is not: the data it belongs to is useless without it."""

    status_code = 500
    code = "key_missing"


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys of 32 bytes by their ids; `active` is the one that new things are made with."""

    active: str
    keys: Mapping[str, bytes] = field(repr=False)


class RingFault(ValueError):
    """What should give a ring of keys does not; the message has no key in it."""


def read_ring(text: str, active: str) -> Ring:
    """Read a ring from JSON `{"ID": "32 bytes in base64", …}`; raises RingFault.

    `active` may be empty where there is but one key.
    """
    try:
        found = json.loads(text)
    except ValueError:
        raise RingFault("is not JSON") from None
    if not isinstance(found, dict) or not found:
        raise RingFault("must be a JSON object of key ids and keys, not empty")
    keys = {key_id: _read_key(key_id, value) for key_id, value in found.items()}
    chosen = active or (next(iter(keys)) if len(keys) == 1 else "")
    if not chosen:
        raise RingFault("holds several keys: say which is active")
    if chosen not in keys:
        raise RingFault(f"has no key {chosen!r}, which should be the active one")
    return Ring(chosen, keys)


def _read_key(key_id: str, value: object) -> bytes:
    if not _KEY_ID.fullmatch(key_id):
        raise RingFault("has a key id that is not 1 to 40 letters, digits, - or _")
    try:
        text = str(value).replace("-", "+").replace("_", "/")
        key = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise RingFault(f"has a key {key_id!r} that is not 32 bytes in base64")
    return key


def kept_ring(folder: Path, name: str, *, make_new: bool = False) -> Ring:
    """Return the ring in the files `NAME-1.key`, `NAME-2.key` … of `folder`; the last is active.

    The first key is made where there is none; `make_new` adds one (two processes that add at once
    end with the same one). Raises KeyMissing for a damaged file.
    """
    numbers = _numbers(folder, name)
    if make_new or not numbers:
        numbers = [*numbers, (numbers[-1] if numbers else 0) + 1]
    keys = {
        str(number): kept_key(folder / f"{name}-{number}.key", may_make=True) for number in numbers
    }
    return Ring(str(numbers[-1]), keys)


def _numbers(folder: Path, name: str) -> list[int]:
    pattern = re.compile(re.escape(name) + r"-([1-9][0-9]{0,5})\.key")
    names = (path.name for path in folder.glob(f"{name}-*.key")) if folder.is_dir() else ()
    return sorted(int(match[1]) for one in names if (match := pattern.fullmatch(one)))


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
