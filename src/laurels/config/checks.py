"""System checks for mistakes of operators: each has a number and a hint that says what to do."""

from __future__ import annotations

import difflib
import os
import sqlite3
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks

from laurels.config.env import Settings, unknown_variables, variable
from laurels.config.env_github import old_names
from laurels.config.wiring import CERTIFICATE_PROVIDERS

# RETURNING and the upsert forms that the apps use came with this version.
_SQLITE_AT_LEAST = (3, 35)
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def register() -> None:
    """Make Django run every check of this module."""
    for check in (provider, data_dir, key_file, exposure, database, unknown, old_names_used):
        checks.register(check, "laurels")


def _ours() -> Settings:
    ours: Settings = settings.LAURELS
    return ours


def _is_loopback(ours: Settings) -> bool:
    return urlsplit(ours.public_url).hostname in _LOOPBACK


def provider(**_: Any) -> list[checks.CheckMessage]:
    """E001: the certificate provider is one we have."""
    name = _ours().certificate_provider
    if name in CERTIFICATE_PROVIDERS:
        return []
    return [
        checks.Error(
            f"There is no certificate provider named {name!r}.",
            hint=f"Set {variable('certificate_provider')} to one of: "
            + ", ".join(CERTIFICATE_PROVIDERS),
            id="laurels.E001",
        )
    ]


def data_dir(**_: Any) -> list[checks.CheckMessage]:
    """E002: the data folder is there, or can be made, and can be written to."""
    folder = _ours().data_dir
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return []
    return [
        checks.Error(
            f"The data folder {folder} cannot be written to.",
            hint=f"Give it to the user who runs Laurels, or set {variable('data_dir')}.",
            id="laurels.E002",
        )
    ]


def key_file(**_: Any) -> list[checks.CheckMessage]:
    """E003: nobody but the owner can read the keys in the data folder."""
    return [
        checks.Error(
            f"Others can read the key {path}.",
            hint=f"chmod 600 {path}",
            id="laurels.E003",
        )
        for path in _keys(_ours().data_dir)
        if stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


def _keys(folder: Path) -> list[Path]:
    keys = folder / "keys"
    return sorted(path for path in keys.iterdir() if path.is_file()) if keys.is_dir() else []


def exposure(**_: Any) -> list[checks.CheckMessage]:
    """E004 and W002: what is fit for one machine alone is not set for a public address."""
    ours = _ours()
    if _is_loopback(ours):
        return []
    found: list[checks.CheckMessage] = []
    if ours.debug:
        found.append(
            checks.Error(
                f"{variable('debug')} is on while the pages are public: errors would show code.",
                hint=f"Remove {variable('debug')}.",
                id="laurels.E004",
            )
        )
    if not ours.is_https:
        found.append(
            checks.Warning(
                f"{variable('public_url')} begins with http://, and certificates will carry it.",
                hint="Put a proxy with TLS in front and set the https:// address.",
                id="laurels.W002",
            )
        )
    return found


def database(**_: Any) -> list[checks.CheckMessage]:
    """E005 and E006: reads take no write lock, and SQLite is new enough."""
    found: list[checks.CheckMessage] = []
    if settings.DATABASES["default"].get("ATOMIC_REQUESTS"):
        found.append(
            checks.Error(
                "ATOMIC_REQUESTS is on: every page would take the write lock of SQLite.",
                hint="Services open their own transactions; leave it off.",
                id="laurels.E005",
            )
        )
    if _ours().is_embedded and sqlite3.sqlite_version_info < _SQLITE_AT_LEAST:
        found.append(
            checks.Error(
                f"SQLite {sqlite3.sqlite_version} is too old for the embedded database.",
                hint=f"Use a Python with SQLite 3.35 or newer, or set {variable('database_url')}.",
                id="laurels.E006",
            )
        )
    return found


def unknown(**_: Any) -> list[checks.CheckMessage]:
    """W001: a LAURELS_ variable that nothing reads is probably misspelt."""
    known = [variable(name) for name in Settings.model_fields]
    found: list[checks.CheckMessage] = []
    for name in unknown_variables(os.environ):
        near = difflib.get_close_matches(name, known, n=1)
        found.append(
            checks.Warning(
                f"Nothing reads the environment variable {name}.",
                hint=f"Did you mean {near[0]}?" if near else "Remove it.",
                id="laurels.W001",
            )
        )
    return found


def old_names_used(**_: Any) -> list[checks.CheckMessage]:
    """W003: a setting is read by the name that it had in wave-metrics."""
    return [
        checks.Warning(
            f"{name} is read as {variable(name.lower())}, which is its name here.",
            hint=f"Call it {variable(name.lower())}.",
            id="laurels.W003",
        )
        for name in old_names(os.environ, Settings.model_fields)
    ]
