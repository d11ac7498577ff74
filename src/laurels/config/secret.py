"""The data folder, and in it the key that signs sessions: random, made once, kept in a file."""

from __future__ import annotations

import os
import secrets
import tempfile
from pathlib import Path

from laurels.config.env import LEAST_CHARACTERS, variable
from laurels.config.faults import SettingsFaults


def make_folder(data_dir: Path) -> None:
    """Make the data folder, for its owner alone, unless it is there."""
    try:
        data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(data_dir, error) from None


def session_key(data_dir: Path) -> str:
    """Return the key in `keys/session.key` of the data folder, made at the first call.

    Two processes starting at once end with one key: it is written aside and linked into place,
    and the later one reads what the earlier one linked. The file is readable by its owner alone.
    """
    path = data_dir / "keys" / "session.key"
    try:
        if not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _publish(path, secrets.token_urlsafe(64))
        key = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise _unusable(path.parent, error) from None
    if len(key) < LEAST_CHARACTERS:
        reason = f"{path} holds no usable key; remove it and a new one is made (all sign in again)"
        raise SettingsFaults(((variable("secret_key"), reason),))
    return key


def _unusable(folder: Path, error: OSError) -> SettingsFaults:
    reason = f"{folder} cannot be used: {error.strerror or error}"
    return SettingsFaults(((variable("data_dir"), reason),))


def _publish(path: Path, text: str) -> None:
    # mkstemp's files are readable by their owner alone, and no two callers get one name.
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    aside = Path(name)
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
