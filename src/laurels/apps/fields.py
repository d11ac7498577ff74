"""Model fields shared by every app."""

from __future__ import annotations

from django.db import models


class InstantField(models.BigIntegerField):
    """A moment as whole seconds since 1970 UTC, which is GitHub's own precision.

    An integer is compared, bucketed and hashed alike on SQLite and PostgreSQL, and costs nothing
    to convert when a window function walks two million of them.
    """

    description = "UTC second"
