"""Model fields shared by every app."""

from __future__ import annotations

from typing import Any

from django.db import models


class InstantField(models.BigIntegerField):
    """A moment as whole seconds since 1970 UTC, which is GitHub's own precision.

    An integer is compared, bucketed and hashed alike on SQLite and PostgreSQL, and costs nothing
    to convert when a window function walks two million of them.
    """

    description = "UTC second"


class PlaceField(models.BigIntegerField):
    """A primary key that we number ourselves, 64 bits wide.

    SQLite keeps a table in the order of its key only where the column is called `integer`, never
    `bigint`: then a look-up is one search of a tree instead of two, and no index beside the table
    is needed.
    """

    description = "Place in a chain"

    def db_type(self, connection: Any) -> str | None:
        """Return the column's type on this engine."""
        return "integer" if connection.vendor == "sqlite" else super().db_type(connection)
