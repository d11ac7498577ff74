"""The admin shows what is on record and changes nothing; actions call services."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from laurels.apps.audit.actors import Actor, contributor, operator


def instant(field: str, label: str = "") -> Callable[[models.Model], str]:
    """Return a column that shows an instant of the row as a date and time in UTC."""

    @admin.display(description=label or field.replace("_", " "), ordering=field)
    def column(row: models.Model) -> str:
        value = getattr(row, field)
        if value is None:
            return "–"
        return f"{datetime.fromtimestamp(value, UTC):%Y-%m-%d %H:%M} UTC"

    return column


def acting(request: HttpRequest) -> Actor:
    """Return whom the audit rows of an admin action name: the staff member who asked for it.

    Who came by the operator's link, before anybody could sign in, is the operator.
    """
    person = getattr(request, "contributor", None)
    return operator() if person is None else contributor(person.ref)


def now() -> int:
    """Return the instant by the clock of this process."""
    moment: int = settings.LAURELS_CLOCK.now()
    return moment


class ReadOnlyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Lists, filters, search and a page a row; nothing is added, changed or deleted."""

    show_full_result_count = False
    list_per_page = 50
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Refuse."""
        return False
