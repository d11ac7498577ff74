"""The key that signs sessions when the operator gives none: random, made once, kept in a file."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from laurels.config.env import SettingsFaults, variable


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
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        reason = f"{path.parent} cannot be used: {error.strerror or error}"
        raise SettingsFaults(((variable("data_dir"), reason),)) from None


def _publish(path: Path, text: str) -> None:
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
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
