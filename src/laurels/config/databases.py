"""Django's database settings for both engines.

SQLite: write transactions begin IMMEDIATE, so that two writers wait for each other instead of
failing half-way; reads run outside transactions (`ATOMIC_REQUESTS` is off and checked), so a page
never takes the write lock. `synchronous=FULL` because the ledger must survive a power cut,
`secure_delete` because an erased person must leave no trace in the file. WAL is a property of the
file and is set once, when it is migrated (`laurels.config.apps`). In a serving process the threads
queue at a gate before they begin to write (`laurels.config.gated`).
PostgreSQL: a pool of connections in a serving process; elsewhere one plain connection, which a
worker keeps from task to task and tries before it uses it again.
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from laurels.config.env import Settings, variable
from laurels.config.faults import SettingsFaults

SQLITE_NAME = "laurels.sqlite3"
BUSY_SECONDS = 20
_SQLITE_INIT = (
    "PRAGMA synchronous=FULL;PRAGMA secure_delete=ON;PRAGMA temp_store=MEMORY;"
    "PRAGMA cache_size=-16384;PRAGMA journal_size_limit=67108864"
)


def databases(settings: Settings, *, is_serving: bool, is_direct: bool) -> dict[str, Any]:
    """Return Django's DATABASES; `is_direct` passes by the pooler (migrations)."""
    if settings.is_embedded:
        return {"default": sqlite(str(settings.data_dir / SQLITE_NAME), is_gated=is_serving)}
    if find_spec("psycopg") is None:
        reason = "needs the PostgreSQL driver: pip install 'laurels[postgres]'"
        raise SettingsFaults(((variable("database_url"), reason),))
    url = settings.database_direct_url if is_direct else ""
    return {
        "default": postgresql(
            url or settings.database_url,
            pool_size=settings.database_pool_size if is_serving else 0,
            is_pooled=bool(settings.database_direct_url) and not is_direct,
        )
    }


def sqlite(name: str, *, is_gated: bool = False) -> dict[str, Any]:
    """Return the settings of an SQLite file; many threads that write pass a gate."""
    return {
        "ENGINE": "laurels.config.gated" if is_gated else "django.db.backends.sqlite3",
        "NAME": name,
        "ATOMIC_REQUESTS": False,
        "OPTIONS": {
            "timeout": BUSY_SECONDS,
            "transaction_mode": "IMMEDIATE",
            "init_command": _SQLITE_INIT,
        },
    }


def postgresql(url: str, *, pool_size: int, is_pooled: bool) -> dict[str, Any]:
    """Return the settings of a PostgreSQL database; parameters of the URL go to libpq.

    `is_pooled` says that a pooler sits between: then no server-side cursor and no prepared
    statement may outlive its transaction.
    """
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_qsl(parts.query))
    host = options.pop("host", None) or unquote(parts.hostname or "")
    port = options.pop("port", None) or parts.port or ""
    options.setdefault("connect_timeout", 5)
    if pool_size:
        options["pool"] = {
            "min_size": 1,
            "max_size": pool_size,
            "timeout": 8,
            # It would wait twice as long after each vain attempt, so that a server that was away
            # for a minute were not seen for another; now whoever needs a connection tries again.
            "reconnect_timeout": 2,
        }
    if is_pooled:
        options["prepare_threshold"] = None
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": str(port),
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0 if pool_size else None,
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": is_pooled,
        "OPTIONS": options,
    }
