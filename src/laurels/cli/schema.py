"""Which migrations the database lacks, told without loading any of them.

Django's own way imports every migration, which costs a serving process time and memory for ever;
file names against the table of what was applied say the same.
"""

from __future__ import annotations

from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder


class NotMigrated(Exception):
    """The database has no tables yet, or those of another version."""

    status_code = 409
    code = "not_migrated"


def require() -> None:
    """Raise NotMigrated, saying what helps, where the database is not as this version needs it."""
    if is_new():
        raise NotMigrated("There is no installation here yet; run `laurels init` first.")
    if missing := pending():
        raise NotMigrated(
            f"The database lacks {len(missing)} of this version's migrations (the first is"
            f" {missing[0]}); run `laurels migrate`."
        )


def is_new() -> bool:
    """Tell whether nothing was ever migrated; an absent database file is not made by asking."""
    if connection.vendor == "sqlite" and not _is_there():
        return True
    return not MigrationRecorder(connection).has_table()


def pending() -> list[str]:
    """Return the migrations (`app.name`) that this version has and the database does not."""
    return sorted(f"{app}.{name}" for app, name in _shipped() - _applied())


def from_later() -> list[str]:
    """Return migrations of our apps that the database has and this version does not."""
    shipped = _shipped()
    ours = {app for app, _ in shipped}
    return sorted(f"{app}.{name}" for app, name in _applied() - shipped if app in ours)


def migrate() -> int:
    """Bring the database up to this version; return how many migrations were applied."""
    from django.core.management import call_command

    count = len(_shipped()) if is_new() else len(pending())
    if count:
        call_command("migrate", interactive=False, verbosity=0)
    return count


def _is_there() -> bool:
    name = str(connection.settings_dict["NAME"])
    return name == ":memory:" or name.startswith("file:") or Path(name).exists()


def _shipped() -> set[tuple[str, str]]:
    found = set()
    for config in apps.get_app_configs():
        for path in (Path(config.path) / "migrations").glob("[0-9]*.py"):
            found.add((config.label, path.stem))
    return found


def _applied() -> set[tuple[str, str]]:
    return set(MigrationRecorder(connection).applied_migrations())
